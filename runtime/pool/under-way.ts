/**
 * Which records of a batch a worker has under way, in memory that the main thread reads too: when the thread holds
 * still or has died, what stands there is all that is known.
 *
 *   cells := onThread awaited*      each := offset + 1 (0: none), attempt, serial      three float64
 *
 * `onThread`: the record whose code runs on the thread right now. `awaited`: those whose promises are awaited.
 *
 * N1. Only the worker writes, and the offset last when it names a record: a reader may see a moment that is over, never
 *     a record that was not under way.
 * N2. Every naming has another serial, so that a record that is tried again is not taken for one that never ended.
 */

import type { Offset } from '../topic-partition.ts'

const width = 3

/** A record under way. */
export interface NamedRecord {
  readonly offset: Offset
  readonly attempt: number
  readonly serial: number
}

export interface Named {
  readonly onThread: NamedRecord | undefined
  readonly awaited: readonly NamedRecord[]
}

/** Room for so many records that are awaited at the same time. */
export const underWayCells = (concurrency: number): SharedArrayBuffer =>
  new SharedArrayBuffer((1 + concurrency) * width * Float64Array.BYTES_PER_ELEMENT)

/** The main thread's side. */
export const namedIn = (memory: SharedArrayBuffer): Named => {
  const cells = new Float64Array(memory)
  const awaited: NamedRecord[] = []
  for (let at = width; at < cells.length; at += width) {
    const named = read(cells, at)
    if (named !== undefined) awaited.push(named)
  }
  return { onThread: read(cells, 0), awaited }
}

const read = (cells: Float64Array, at: number): NamedRecord | undefined => {
  const [end = 0, attempt = 0, serial = 0] = cells.subarray(at, at + width)
  return end === 0 ? undefined : { offset: end - 1, attempt, serial }
}

/** Cells from `at` on were written, so many. */
type Written = (cells: Float64Array, at: number, count: number) => void

/** Room for awaited records where nobody says how many there are. */
const defaultConcurrency = 256

/** The worker's side. Plain stores: atomic ones would cost more than finding the record. */
export class UnderWay {
  readonly #cells: Float64Array
  readonly #written: Written | undefined
  /** Where an awaited record may be written, the next one last. */
  readonly #free: number[] = []
  #serial = 0

  /** `written`: for a reader that does not see the memory; it is told before the record goes on. */
  constructor(memory: SharedArrayBuffer = underWayCells(defaultConcurrency), written?: Written) {
    this.#cells = new Float64Array(memory)
    this.#written = written
    for (let at = this.#cells.length - width; at > 0; at -= width) this.#free.push(at)
    written?.(this.#cells, 0, this.#cells.length)
  }

  /** Its code runs from now on, until `left`. */
  entered(offset: Offset, attempt: number): void {
    this.#write(0, offset, attempt)
  }

  left(): void {
    this.#clear(0)
  }

  /** Its promise is awaited; undefined: there is no room for its name. */
  awaits(offset: Offset, attempt: number): number | undefined {
    const at = this.#free.pop()
    if (at !== undefined) this.#write(at, offset, attempt)
    return at
  }

  settled(at: number | undefined): void {
    if (at === undefined) return
    this.#clear(at)
    this.#free.push(at)
  }

  #write(at: number, offset: Offset, attempt: number): void {
    this.#cells[at + 1] = attempt
    this.#cells[at + 2] = this.#serial += 1
    this.#cells[at] = offset + 1 // N1
    this.#written?.(this.#cells, at, width)
  }

  #clear(at: number): void {
    this.#cells[at] = 0
    this.#written?.(this.#cells, at, 1)
  }
}
