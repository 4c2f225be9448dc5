/**
 * Records for the control plane, read by a process of its own: forked at the first question, and again after it ended.
 *
 * R1. Questions are answered one after the other. One that waited `patienceMs` for its turn fails.
 * R2. One that has its turn is answered or fails within `patienceMs`; a reader that does not answer in time is ended.
 * R3. No more than `mostWaiting` questions wait.
 */

import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

import type { Options } from '../config/index.ts'
import type { DecodedValue, RecordPage, RecordSource } from '../control/index.ts'
import { TroupeError } from '../errors.ts'
import type { FromReader, Question, ToReader } from './messages.ts'

const mostWaiting = 20

/** Sources are .ts, what is built is .js. */
const entryUrl = new URL(
  `./reader-process${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`,
  import.meta.url,
)

type Answer = RecordPage | DecodedValue

/** Starts nothing yet. */
export const openRecords = (options: Options, patienceMs = 8_000): RecordSource =>
  new RecordsOfProcess(options, patienceMs)

/** Its answer, or how it failed, is of the one question that it has. */
interface Reader {
  readonly process: ChildProcess
  asked: PromiseWithResolvers<Answer> | undefined
}

class RecordsOfProcess implements RecordSource {
  readonly #options: Options
  readonly #patienceMs: number
  #reader: Reader | undefined
  #last: Promise<void> = Promise.resolve()
  #waiting = 0
  #closed = false

  constructor(options: Options, patienceMs: number) {
    this.#options = options
    this.#patienceMs = patienceMs
  }

  async read(question: Parameters<RecordSource['read']>[0]): Promise<RecordPage> {
    return (await this.#ask({ kind: 'read', question })) as RecordPage
  }

  async decode(value: Uint8Array | null, masked: boolean): Promise<DecodedValue> {
    return (await this.#ask({ kind: 'decode', value, masked })) as DecodedValue
  }

  async close(): Promise<void> {
    this.#closed = true
    const process = this.#reader?.process
    if (process === undefined) return
    const ended = new Promise<void>((resolve) => process.once('exit', () => resolve()))
    this.#end(this.#reader as Reader, 'the control plane stops')
    await ended
  }

  async #ask(question: Question): Promise<Answer> {
    if (this.#waiting >= mostWaiting)
      throw unavailable(`${String(mostWaiting)} questions wait for the process that reads records`)
    this.#waiting += 1
    const deadline = performance.now() + this.#patienceMs
    const before = this.#last
    const turn = Promise.withResolvers<void>()
    this.#last = turn.promise
    try {
      await before
      if (this.#closed) throw unavailable('the control plane stops')
      if (performance.now() > deadline)
        throw unavailable(`others were read for ${String(this.#patienceMs)} ms before it`)
      return await this.#answer((this.#reader ??= this.#fork()), question)
    } finally {
      this.#waiting -= 1
      turn.resolve()
    }
  }

  async #answer(reader: Reader, question: Question): Promise<Answer> {
    const asked = Promise.withResolvers<Answer>()
    reader.asked = asked
    const late = setTimeout(() => {
      this.#end(reader, `no answer came within ${String(this.#patienceMs)} ms`)
    }, this.#patienceMs)
    send(reader.process, { kind: 'ask', question })
    try {
      return await asked.promise
    } finally {
      clearTimeout(late)
      reader.asked = undefined
    }
  }

  #fork(): Reader {
    const process = fork(fileURLToPath(entryUrl), [], { serialization: 'advanced' })
    const reader: Reader = { process, asked: undefined }
    process.on('message', (message: FromReader) => {
      if (message.kind === 'answer') reader.asked?.resolve(message.answer)
      else reader.asked?.reject(new TroupeError(message.code, message.message))
    })
    const ended = (): void => this.#end(reader, 'the process that reads records ended')
    process.on('error', ended)
    process.on('exit', ended)
    send(process, { kind: 'begin', options: this.#options })
    return reader
  }

  /** The next question gets another reader. */
  #end(reader: Reader, why: string): void {
    if (this.#reader === reader) this.#reader = undefined
    reader.process.kill('SIGKILL')
    reader.asked?.reject(unavailable(why))
  }
}

const send = (child: ChildProcess, message: ToReader): void => {
  // Its end is told by its exit.
  child.send(message, () => undefined)
}

const unavailable = (why: string): TroupeError =>
  new TroupeError('KAFKA_UNAVAILABLE', `records cannot be read now: ${why}`)
