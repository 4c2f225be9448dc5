/** `ctx.log`: lines that say by themselves which record they are about. Usable after the record has ended, too. */

import type { ActorLog } from '../actor/context.ts'
import type { EventIdentity } from '../serde/index.ts'
import type { Offset } from '../topic-partition.ts'
import { described, failureData } from './failure-data.ts'
import { jsonText } from './json-text.ts'
import type { TaskScope } from './task-scope.ts'

/** What a line says of its record. */
export interface LoggedRecord {
  readonly offset: Offset
  readonly eventType: string
  /** Throws once the record has ended and its ids were never read. */
  identity(): EventIdentity
  /** Of a record that its producer sampled. Throws once the record has ended. */
  traceId(): string | undefined
}

export class RecordLog implements ActorLog {
  readonly #scope: TaskScope
  readonly #record: LoggedRecord

  constructor(scope: TaskScope, record: LoggedRecord) {
    this.#scope = scope
    this.#record = record
  }

  debug(message: string, fields?: object): void {
    this.#write('debug', message, fields)
  }

  info(message: string, fields?: object): void {
    this.#write('info', message, fields)
  }

  warn(message: string, fields?: object): void {
    this.#write('warn', message, fields)
  }

  error(message: string, fields?: object): void {
    this.#write('error', message, fields)
  }

  #write(level: keyof ActorLog, message: string, fields: object = {}): void {
    const { unit, writeLog } = this.#scope
    if (!this.#scope.isLogged(level)) return
    writeLog(level, asText(message), {
      ...plain(fields),
      actor: unit.actor,
      topic: unit.topic,
      partition: unit.partition,
      offset: this.#record.offset,
      eventType: this.#record.eventType,
      ...this.#ids(),
    })
  }

  #ids(): object {
    try {
      const { id, correlationId } = this.#record.identity()
      return { eventId: id, correlationId, ...this.#trace() }
    } catch {
      return {} // The record has ended and nobody had asked for its ids: the offset names it.
    }
  }

  #trace(): object {
    try {
      const traceId = this.#record.traceId()
      return traceId === undefined ? {} : { traceId }
    } catch {
      return {}
    }
  }
}

/** Authors may write plain JavaScript. */
const asText = (message: unknown): string => (typeof message === 'string' ? message : described(message))

/** Fields as data that can leave the thread; logging must not be what fails a record. */
const plain = (fields: unknown): object => {
  if (fields instanceof Error) return { error: failureData(fields) }
  try {
    const text = jsonText(fields, (_name, value: unknown) => {
      if (value instanceof Error) return failureData(value)
      return typeof value === 'bigint' ? String(value) : value
    })
    const copy: unknown = text === undefined ? {} : JSON.parse(text)
    return typeof copy === 'object' && copy !== null ? copy : { value: copy }
  } catch (error) {
    return { unloggable: failureData(error).message }
  }
}
