/** Reads what the handlers of a scenario wrote down, and opens the gates they wait at. */

import { closeSync, existsSync, openSync, readSync, writeFileSync } from 'node:fs'
import type { TopicPartitionOffset } from '../../../runtime/topic-partition.ts'
import { waitUntil } from '../wait-until.ts'
import { gateFile, witnessFile, type WitnessLine } from './witness-folder.ts'

type Place = Pick<TopicPartitionOffset, 'partition' | 'offset'>

export class Witness {
  readonly #folder: string
  readonly #lines: WitnessLine[] = []
  readonly #ended = new Map<string, WitnessLine>()
  #readBytes = 0

  constructor(folder: string) {
    this.#folder = folder
    writeFileSync(witnessFile(folder), '')
  }

  /** All lines until now, in the order in which they were written. */
  lines(): readonly WitnessLine[] {
    for (const line of this.#readNew()) {
      this.#lines.push(line)
      if (line.what === 'ended' && !this.#ended.has(keyOf(line))) this.#ended.set(keyOf(line), line)
    }
    return this.#lines
  }

  /** The first time this record was handled to its end. */
  ended(place: Place): WitnessLine | undefined {
    return this.#ended.get(keyOf(place))
  }

  /** How many different records have been handled to their end. */
  endedCount(): number {
    this.lines()
    return this.#ended.size
  }

  /** Of these, those that were not handled to their end. */
  missing(places: readonly Place[]): readonly Place[] {
    this.lines()
    return places.filter((place) => !this.#ended.has(keyOf(place)))
  }

  /** `timeoutMs`: without any of them being handled. */
  async untilHandled(places: readonly Place[], timeoutMs = 60_000): Promise<void> {
    const why = `all of ${String(places.length)} records are handled`
    let missing = places.length
    await waitUntil(why, () => (missing = this.missing(places).length) === 0, {
      timeoutMs,
      progress: () => missing,
    })
  }

  /** `pid`: for the handlers of this process alone. */
  openGate(gate: string, pid?: number): void {
    writeFileSync(gateFile(this.#folder, gate, pid), '')
  }

  /** A line that is being written is left for the next time. */
  #readNew(): readonly WitnessLine[] {
    const file = witnessFile(this.#folder)
    if (!existsSync(file)) return []
    const bytes = readFrom(file, this.#readBytes)
    const end = bytes.lastIndexOf('\n') + 1
    this.#readBytes += end
    return bytes
      .toString('utf8', 0, end)
      .split('\n')
      .filter((text) => text !== '')
      .map((text) => JSON.parse(text) as WitnessLine)
  }
}

const keyOf = ({ partition, offset }: Place): string => `${String(partition)}@${String(offset)}`

const readFrom = (file: string, from: number): Buffer => {
  const chunks: Buffer[] = []
  const handle = openSync(file, 'r')
  try {
    for (let at = from; ;) {
      const chunk = Buffer.alloc(1 << 20)
      const length = readSync(handle, chunk, 0, chunk.length, at)
      if (length === 0) return Buffer.concat(chunks)
      chunks.push(chunk.subarray(0, length))
      at += length
    }
  } finally {
    closeSync(handle)
  }
}
