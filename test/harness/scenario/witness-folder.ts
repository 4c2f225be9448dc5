/**
 * What passes between a scenario and the handlers of the processes it started, in a folder both know:
 *
 *   witness.jsonl       one line for each record begun, ended or failed, appended by handlers
 *   gate-<name>         made by the scenario: handlers that wait at this gate go on
 *   gate-<name>.<pid>   … those of this process alone
 */

import { join } from 'node:path'

export interface WitnessLine {
  readonly what: 'began' | 'ended' | 'failed'
  readonly pid: number
  readonly partition: number
  readonly offset: number
  readonly eventId: string
  readonly eventType: string
  readonly attempt: number
  /** As the handler got it, after JSON. */
  readonly event: unknown
  /** ms since the epoch, of the one clock all processes of a scenario have. */
  readonly at: number
}

export const witnessFile = (folder: string): string => join(folder, 'witness.jsonl')

/** Any of them lets a handler of this process through. */
export const gateFiles = (folder: string, gate: string, pid: number): readonly string[] => [
  gateFile(folder, gate),
  gateFile(folder, gate, pid),
]

export const gateFile = (folder: string, gate: string, pid?: number): string =>
  join(folder, pid === undefined ? `gate-${gate}` : `gate-${gate}.${String(pid)}`)
