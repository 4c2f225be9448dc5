/**
 * When which end of a partition was seen. A record below an end that was seen is at least as old as that sighting:
 * so much is known of the age of records that nobody has delivered yet.
 */

import type { Offset } from '../topic-partition.ts'

interface Sighting {
  readonly end: Offset
  readonly atMs: number
}

/** Beyond that the middle is thinned out: the age of what waits longest stays exact. */
const mostSightings = 64

export class EndSightings {
  /** Ascending in both. */
  readonly #sightings: Sighting[] = []
  #latest: Offset | undefined

  /** The offset that the next record gets, as the broker last said; undefined: it has not. */
  get latest(): Offset | undefined {
    return this.#latest
  }

  note(end: Offset, atMs: number): void {
    const isNew = this.#latest === undefined || end > this.#latest
    // A log that was cut or made anew tells nothing about the records seen before.
    if (this.#latest !== undefined && end < this.#latest) this.#sightings.length = 0
    this.#latest = end
    if (!isNew) return
    if (this.#sightings.length >= mostSightings) this.#sightings.splice(mostSightings / 2, 1)
    this.#sightings.push({ end, atMs })
  }

  /** Since when, at the latest, the record at `offset` is there; undefined: no such record was seen. */
  thereSince(offset: Offset): number | undefined {
    return this.#sightings.find(({ end }) => end > offset)?.atMs
  }

  /** Nobody will ask for records below `offset` any more. */
  forgetBelow(offset: Offset): void {
    const kept = this.#sightings.findIndex(({ end }) => end > offset)
    this.#sightings.splice(0, kept < 0 ? this.#sightings.length : kept)
  }
}
