/** Logs: JSON lines by pino, with secrets redacted. Everything else takes a `Log` and knows nothing of pino. */

import { pino, type DestinationStream } from 'pino'
import type { ActorLog } from '../actor/index.ts'

/** Message first, then fields: the order in which a line is read. */
export interface Log extends ActorLog {
  child(fields: object): Log
}

const redacted = [
  'password',
  '*.password',
  'databaseUrl',
  '*.databaseUrl',
  'authorization',
  '*.authorization',
  'headers.cookie',
]

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
    redact: { paths: redacted, censor: '***' },
    formatters: { level: (label: string) => ({ level: label }) },
    timestamp: pino.stdTimeFunctions.isoTime,
  }
  // A synchronous destination: the last line before an exit is the one that matters.
  return wrap(pino(settings, destination ?? pino.destination({ dest: 1, sync: true })))
}

const wrap = (logger: pino.Logger): Log => ({
  debug: (message, fields) => logger.debug(fields ?? {}, message),
  info: (message, fields) => logger.info(fields ?? {}, message),
  warn: (message, fields) => logger.warn(fields ?? {}, message),
  error: (message, fields) => logger.error(fields ?? {}, message),
  child: (fields) => wrap(logger.child(fields)),
})
