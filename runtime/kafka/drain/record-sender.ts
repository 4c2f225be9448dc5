/**
 * A producer's way in and out, by batch: packed records are copied into librdkafka's queue, and what becomes of them
 * comes back as counts. It alone may use the producer from then on.
 */

import { loadAddon, type NativeRecordSender, type SenderReports } from './addon.ts'
import { clientOf, opening, type RdKafkaProducer } from './client.ts'
import type { PackedRecords } from './packed-records.ts'

/** A record that librdkafka did not take: its place in the packed records, and librdkafka's code. */
export interface RefusedRecord {
  readonly index: number
  readonly code: number
}

export interface SentRecords {
  /** The first record that is not settled; before the end asked for when librdkafka's queue is full. */
  readonly next: number
  readonly refused: readonly RefusedRecord[]
}

const none: readonly RefusedRecord[] = []

export class RecordSender {
  readonly #native: NativeRecordSender

  private constructor(native: NativeRecordSender) {
    this.#native = native
  }

  /**
   * `onWake` is called on the main thread, once after opening and whenever there are reports again; it does not keep the
   * process alive. Throws KAFKA_UNAVAILABLE where the producer is not connected, or has a sender already.
   */
  static open(producer: RdKafkaProducer, onWake: () => void): RecordSender {
    const { RecordSender: Native } = loadAddon()
    return opening("The producer's queue", () => new RecordSender(new Native(clientOf(producer), onWake)))
  }

  /** The records `[from, to)`, which go to one topic; `batch` comes back with their reports. Throws where the producer is not connected. */
  send(batch: number, records: PackedRecords, from: number, to: number): SentRecords {
    const answer = this.#native.send(
      records.topicOf(from),
      batch,
      records.bytes,
      records.startOf(from),
      records.startOf(to),
      to - from,
    )
    if (typeof answer === 'number') return { next: from + answer, refused: none }
    const refused: RefusedRecord[] = []
    for (let i = 1; i < answer.length; i += 2)
      refused.push({ index: from + (answer[i] as number), code: answer[i + 1] as number })
    return { next: from + (answer[0] as number), refused }
  }

  reports(): SenderReports {
    return this.#native.reports()
  }

  /** Closing twice is closing once. */
  close(): void {
    this.#native.close()
  }
}
