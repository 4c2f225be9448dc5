/** A partition of one topic, `scans/3`, for the records page: what the process that reads the log would answer. */

import type { DecodedValue, RecordPage, RecordSource, ShownRecord } from '../../../runtime/control/index.ts'
import { TroupeError } from '../../../runtime/errors.ts'

const low = 100
const type = 'shipping.package.scanned'

export interface LogInMemory extends RecordSource {
  /** One more at its end. */
  append(): void
  /** As a schema registry that is away. */
  fails(fails: boolean): void
  /** How often somebody asked. */
  readonly asked: () => number
}

const valueOf = (offset: number, masked: boolean): DecodedValue => {
  const known = { eventType: type, schemaId: 7, unreadable: '', maskedFields: [] }
  if (offset === 103) return { ...known, eventType: '', schemaId: null, json: null }
  if (offset === 104)
    return {
      ...known,
      eventType: '',
      schemaId: null,
      json: null,
      unreadable: 'the value begins with byte 123',
    }
  const place = masked ? '***' : 'Ada Lovelace, 12 St James’s Square, London'
  const json = JSON.stringify({
    ...{
      eventId: `e${String(offset)}`,
      tenantId: 'acme',
      trackingId: `PARCEL-${String(offset)}`,
      scan: 'PICKED_UP',
    },
    recipient: place,
  })
  return { ...known, json, maskedFields: masked ? ['recipient'] : [] }
}

const recordAt = (offset: number, masked: boolean): ShownRecord => ({
  offset,
  timestampMs: Date.UTC(2026, 0, 5, 12) + offset * 1_000,
  key: offset === 103 ? null : `PARCEL-${String(offset)}`,
  headers: [
    ['event-type', type],
    ['event-id', `e${String(offset)}`],
    ['tenant-id', 'acme'],
    ['signed-by', masked ? null : 'the carrier'],
  ],
  value: valueOf(offset, masked),
})

export const logInMemory = (): LogInMemory => {
  let end = 220
  let isAway = false
  let times = 0
  const requireAnswer = (): void => {
    times += 1
    if (isAway) throw new TroupeError('REGISTRY_UNAVAILABLE', 'registry.internal does not answer')
  }
  return {
    append: () => (end += 1),
    fails: (fails) => (isAway = fails),
    asked: () => times,
    read: async ({ topic, partition, from, limit, key, masked }): Promise<RecordPage> => {
      requireAnswer()
      if (topic !== 'scans' || partition !== 3)
        throw new TroupeError('TOPIC_MISSING', `there is no ${topic}/${String(partition)}`)
      const wanted = from.kind === 'offset' ? from.offset : from.kind === 'time' ? end : end - from.offsets
      const begin = Math.min(end, Math.max(low, wanted))
      const fits = Array.from({ length: end - begin }, (_, nth) => recordAt(begin + nth, masked)).filter(
        (record) => key === undefined || record.key === key,
      )
      const records = fits.slice(0, limit)
      return { low, end, records, nextOffset: fits[limit]?.offset ?? end }
    },
    decode: async (value, masked) => {
      requireAnswer()
      return value === null ? valueOf(103, masked) : valueOf(value[0] === 123 ? 104 : 105, masked)
    },
    close: () => Promise.resolve(),
  }
}
