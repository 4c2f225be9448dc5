/**
 * Records for the control plane, read by a process of its own: forked at the first question, and again after it ended.
 *
 * R1. A question is answered or fails within `patienceMs`; a reader that does not answer in time is ended.
 * R2. No more than `mostWaiting` questions wait.
 */

import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

import type { Options } from '../config/index.ts'
import type { DecodedValue, RecordPage, RecordSource } from '../control/index.ts'
import { TroupeError } from '../errors.ts'
import type { FromReader, Question, ToReader } from './messages.ts'

const patienceMs = 8_000
const mostWaiting = 20

/** Sources are .ts, what is built is .js. */
const entryUrl = new URL(
  `./reader-process${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`,
  import.meta.url,
)

type Answer = RecordPage | DecodedValue

/** Starts nothing yet. */
export const openRecords = (options: Options): RecordSource => new RecordsOfProcess(options)

class RecordsOfProcess implements RecordSource {
  readonly #options: Options
  readonly #waiting = new Map<number, PromiseWithResolvers<Answer>>()
  #child: ChildProcess | undefined
  #nth = 0
  #closed = false

  constructor(options: Options) {
    this.#options = options
  }

  async read(question: Parameters<RecordSource['read']>[0]): Promise<RecordPage> {
    return (await this.#ask({ kind: 'read', question })) as RecordPage
  }

  async decode(value: Uint8Array | null, masked: boolean): Promise<DecodedValue> {
    return (await this.#ask({ kind: 'decode', value, masked })) as DecodedValue
  }

  async close(): Promise<void> {
    this.#closed = true
    const child = this.#child
    if (child === undefined) return
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    child.kill('SIGKILL')
    await ended
  }

  async #ask(question: Question): Promise<Answer> {
    if (this.#closed) throw unavailable('the control plane stops')
    if (this.#waiting.size >= mostWaiting)
      throw unavailable(`${String(mostWaiting)} questions wait for the process that reads records`)
    const nth = (this.#nth += 1)
    const answer = Promise.withResolvers<Answer>()
    this.#waiting.set(nth, answer)
    const child = (this.#child ??= this.#fork())
    const late = setTimeout(() => {
      answer.reject(unavailable(`no answer came within ${String(patienceMs)} ms`))
      child.kill('SIGKILL')
    }, patienceMs)
    send(child, { kind: 'ask', nth, question })
    try {
      return await answer.promise
    } finally {
      clearTimeout(late)
      this.#waiting.delete(nth)
    }
  }

  #fork(): ChildProcess {
    const child = fork(fileURLToPath(entryUrl), [], { serialization: 'advanced' })
    child.on('message', (message) => {
      this.#hear(message as FromReader)
    })
    const ended = (): void => {
      if (this.#child !== child) return
      this.#child = undefined
      for (const { reject } of this.#waiting.values())
        reject(unavailable('the process that reads records ended'))
    }
    child.on('error', ended)
    child.on('exit', ended)
    send(child, { kind: 'begin', options: this.#options })
    return child
  }

  #hear(message: FromReader): void {
    const waiting = this.#waiting.get(message.nth)
    if (message.kind === 'answer') waiting?.resolve(message.answer)
    else waiting?.reject(new TroupeError(message.code, message.message))
  }
}

const send = (child: ChildProcess, message: ToReader): void => {
  // Its end is told by its exit.
  child.send(message, () => undefined)
}

const unavailable = (why: string): TroupeError =>
  new TroupeError('KAFKA_UNAVAILABLE', `records cannot be read now: ${why}`)
