/** Logs: JSON lines by pino, with secrets redacted. Everything else takes a `Log` and knows nothing of pino. */

import { pino, type DestinationStream } from 'pino'
import type { ActorLog } from '../actor/index.ts'
import { redactedFields, withoutSecrets } from './redaction.ts'

/** Message first, then fields: the order in which a line is read. */
export interface Log extends ActorLog {
  child(fields: object): Log
}

export interface LogOptions {
  readonly level: string
  /** Where lines go; default stdout. */
  readonly destination?: DestinationStream
  /** On every line: which process speaks. */
  readonly base?: Readonly<Record<string, unknown>>
}

export const createLog = ({ level, destination, base = {} }: LogOptions): Log => {
  const settings = {
    level,
    base: { pid: process.pid, ...base },
    formatters: { level: (label: string) => ({ level: label }) },
    timestamp: pino.stdTimeFunctions.isoTime,
  }
  // A synchronous destination: the last line before an exit is the one that matters.
  return wrap(pino(settings, destination ?? pino.destination({ dest: 1, sync: true })))
}

const wrap = (logger: pino.Logger): Log => {
  const write =
    (level: keyof ActorLog): ActorLog[typeof level] =>
    (message, fields) => {
      // Before anything is copied that nobody will read.
      if (!logger.isLevelEnabled(level)) return
      logger[level](fields === undefined ? {} : redactedFields(fields), withoutSecrets(message))
    }
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: (fields) => wrap(logger.child(redactedFields(fields))),
  }
}
