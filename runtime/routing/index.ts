export { isEventName, matchesPattern } from './event-pattern.ts'
export { compilePatterns, type ReceivedType } from './receives.ts'
export { topicMapping, type DomainTopic, type MappedTopic, type TopicMapping } from './topic-mapping.ts'
