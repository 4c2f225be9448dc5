export type { PublishOptions } from './publish-options.ts'
export { createPublisher, type EventToPublish, type Publisher, type PublisherOptions } from './publisher.ts'
export { publisherFromEnv, type PublisherFromEnv } from './publisher-from-env.ts'
