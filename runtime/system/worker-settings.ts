/** What a worker thread is told at its start: plain data, since it crosses the thread boundary. */

import type { AvroSchema, EventName } from '../actor/index.ts'
import type { Options } from '../config/index.ts'

export interface WorkerSettings {
  readonly registry: {
    readonly url: string
    readonly username: string | undefined
    readonly password: string | undefined
  }
  readonly subjects: Options['schemaSubjects']
  readonly databaseUrl: string
  readonly databaseConnections: number
  readonly inboxDays: number
  /** Id of this life of the process: its sessions are registered under it. */
  readonly owner: string
  readonly deadLetterTopic: string
  readonly unhandledTopic: string | undefined
  readonly logLevel: Options['logLevel']
  /** Somebody wants spans of sampled records. */
  readonly traces: boolean
  /** What may be emitted: its schema, and the topic it goes to. */
  readonly schemas: readonly {
    readonly name: EventName
    readonly schema: AvroSchema
    readonly topic: string
  }[]
}
