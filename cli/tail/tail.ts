/**
 * Reads what is wanted and prints it: first what is there, then, where it is followed, what comes. The ends of partitions
 * are asked for again and again: whoever looks does not need it sooner, and no group is joined for it.
 */

import { resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

import { BatchReader } from '../../runtime/batch/index.ts'
import type { Options } from '../../runtime/config/index.ts'
import { messageOf, TroupeError } from '../../runtime/errors.ts'
import { connectAdmin, connectLogReader, type LogReader } from '../../runtime/kafka/index.ts'
import type { Catalogue } from '../../runtime/serde/index.ts'
import { kafkaSettings } from '../../runtime/system/kafka-settings.ts'
import { loadSchemas } from '../../runtime/system/load-schemas.ts'
import type { Offset, TopicPartition } from '../../runtime/topic-partition.ts'
import { registryOf } from '../schema/subject-reports.ts'
import { RecordDecoder, type DecodedRecord } from './record-decoder.ts'
import { recordJson, recordText } from './record-text.ts'
import type { TailStart, Wanted } from './wanted.ts'

/** The first of them gets to `limit`; partitions that have none are at their end. */
interface Place extends TopicPartition {
  next: Offset
  /** What the brokers said last. */
  end: Offset
}

const lookEveryMs = 300

/** Resolves when all that is wanted was printed; never where it is followed. Throws TOPIC_MISSING, KAFKA_UNAVAILABLE, REGISTRY_UNAVAILABLE. */
export const tail = async (options: Options, wanted: Wanted): Promise<void> => {
  const partitions = await partitionsOf(options, wanted)
  const decoder = await decoderFor(options, wanted)
  const reader = await connectLogReader(kafkaSettings(options))
  try {
    await showAll(reader, decoder, await placesOf(reader, partitions, wanted.start), wanted)
  } finally {
    await reader.close()
  }
}

const showAll = async (
  reader: LogReader,
  decoder: RecordDecoder,
  places: readonly Place[],
  wanted: Wanted,
): Promise<void> => {
  let printed = 0
  const print = (record: DecodedRecord): void => {
    if (printed >= wanted.limit) return
    console.log(
      wanted.json ? JSON.stringify(recordJson(record, wanted.personal)) : recordText(record, wanted.personal),
    )
    printed += 1
  }
  const isEnough = (): boolean => printed >= wanted.limit
  const read = (place: Place, each: (record: DecodedRecord) => void): Promise<void> =>
    readTo(reader, place, decoder, (record) => {
      if (wanted.isWanted(record)) each(record)
      return !isEnough()
    })

  const isMerged = wanted.start.kind === 'last'
  const merged: DecodedRecord[] = []
  for (const place of places)
    if (!isEnough()) await read(place, isMerged ? (each) => merged.push(each) : print)
  merged.sort((a, b) => (a.timestampMs ?? 0) - (b.timestampMs ?? 0)).forEach(print)

  while (wanted.follow && !isEnough()) {
    await delay(lookEveryMs)
    const ends = await reader.offsets(places, 'end')
    for (const [nth, place] of places.entries()) {
      const end = ends[nth] ?? place.end
      // Markers of transactions are no records: their partition is looked at again only when there is more.
      if (end <= place.end || isEnough()) continue
      place.end = end
      await read(place, print)
    }
  }
}

/** From the place on to the end of its partition as it was told; moves the place. */
const readTo = async (
  reader: LogReader,
  place: Place,
  decoder: RecordDecoder,
  each: (record: DecodedRecord) => boolean,
): Promise<void> => {
  await reader.read(place, place.next, place.end, async (batch) => {
    const records = new BatchReader(batch)
    while (records.next()) {
      if (records.offset < place.next) continue
      place.next = records.offset + 1
      if (!each(await decoder.decode(place, records))) return false
    }
    return true
  })
  place.end = Math.max(place.end, place.next)
}

const partitionsOf = async (options: Options, wanted: Wanted): Promise<readonly TopicPartition[]> => {
  const { topic, partition } = wanted
  const admin = await connectAdmin(kafkaSettings(options))
  try {
    const count = await admin.partitionsOf(topic)
    if (count === undefined)
      throw new TroupeError(
        'TOPIC_MISSING',
        `there is no topic ${topic} at ${options.kafkaBrokers.join(',')}; troupe doctor names those of this application`,
      )
    if (partition !== undefined && partition >= count)
      throw new TroupeError(
        'CONFIG_INVALID',
        `--partition is ${String(partition)}; ${topic} has ${String(count)}, from 0 on`,
      )
    return partition === undefined
      ? Array.from({ length: count }, (_, nth) => ({ topic, partition: nth }))
      : [{ topic, partition }]
  } finally {
    await admin.close()
  }
}

const placesOf = async (
  reader: LogReader,
  partitions: readonly TopicPartition[],
  start: TailStart,
): Promise<readonly Place[]> => {
  const begins = await reader.offsets(partitions, 'begin')
  const ends = await reader.offsets(partitions, 'end')
  const since =
    start.kind === 'time'
      ? await reader.offsets(partitions, { sinceMs: start.atMs })
      : partitions.map(() => undefined)
  return partitions.map((at, nth) => {
    const begin = begins[nth]
    const end = ends[nth]
    if (begin === undefined || end === undefined)
      throw new TroupeError(
        'KAFKA_UNAVAILABLE',
        `no broker leads ${at.topic}/${String(at.partition)} now: see the brokers' logs, or name another with --partition`,
      )
    return { ...at, next: Math.min(end, Math.max(begin, startOf(start, begin, end, since[nth]))), end }
  })
}

/** `since`: undefined where no record is so new. */
const startOf = (start: TailStart, begin: Offset, end: Offset, since: Offset | undefined): Offset => {
  switch (start.kind) {
    case 'begin':
      return begin
    case 'end':
      return end
    case 'time':
      return since ?? end
    case 'offset':
      return start.offset
    case 'last':
      return end - start.records
    default:
      return start satisfies never
  }
}

/** Schemas of this application may mark fields that a writer's does not. */
const decoderFor = async (options: Options, { personal }: Wanted): Promise<RecordDecoder> => {
  const registry = registryOf(options)
  let catalogue: Catalogue | undefined
  try {
    catalogue = await loadSchemas(resolve(options.schemasDir))
  } catch (error) {
    if (!personal)
      console.error(`troupe: personal fields are only those that writers marked: ${messageOf(error)}`)
  }
  return new RecordDecoder({
    personal,
    schemaById: (id) => registry.schemaById(id),
    knownSchemas: (name) =>
      catalogue?.names.includes(name) ? catalogue.versions(name).map(({ schema }) => schema) : [],
  })
}
