/** What a process is asked by whoever runs it: is it alive, and what does it need that it has not. */

import type { Readiness } from './status-report.ts'

/** Never of Kafka, Postgres or a registry: starting again would not bring those back. */
export interface Liveness {
  /** Why it is not alive, in sentences; empty: it is. */
  readonly reasons: readonly string[]
}

export const alive: Liveness = { reasons: [] }

/** Asks for something that the process needs. */
export interface HealthCheck {
  readonly name: Exclude<Readiness['name'], 'process'>
  /** Rejects with what is missing, in a sentence to act on. Should end by itself; who asks waits no longer than a time-out. */
  check(): Promise<void>
  close?(): Promise<void>
}
