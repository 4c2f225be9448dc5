/** Under which subject a topic's record schema is registered: the names Confluent's serializers give them. */

import { TroupeError } from '../errors.ts'

export const subjectStrategies = {
  /** `<topic>-<record>`: several event types share a topic, each evolves by itself. The default. */
  'topic-record': (topic: string, recordName: string) => `${topic}-${recordName}`,
  /** `<topic>-value`: one event type a topic. */
  topic: (topic: string) => `${topic}-value`,
  /** `<record>`: an event type has one history, whatever topics carry it. */
  record: (_topic: string, recordName: string) => recordName,
} as const satisfies Record<string, (topic: string, recordName: string) => string>

export type SubjectStrategy = keyof typeof subjectStrategies

export const subjectName = (strategy: SubjectStrategy, topic: string, recordName: string): string => {
  if (topic === '' || recordName === '') {
    throw new TroupeError('EVENT_INVALID', `No subject for topic '${topic}' and record '${recordName}'`)
  }
  return subjectStrategies[strategy](topic, recordName)
}
