/** What a partition actor takes from outside, checked before it changes anything: a wrong value is a bug, and said. */

import { TroupeError } from '../errors.ts'
import type { Offset } from '../topic-partition.ts'
import type { PartitionActorOptions } from './options.ts'
import type { LaneBatch } from './work.ts'

export const checkOptions = (options: PartitionActorOptions): void => {
  const { order, lanes, maxRecords, maxBytes, epoch, position = 0, maxOpenBatches = 1 } = options
  for (const [name, value] of Object.entries({ lanes, maxRecords, maxBytes, maxOpenBatches })) {
    if (!Number.isSafeInteger(value) || value < 1)
      misused(`${name} is ${String(value)}; it must be 1 or more`)
  }
  if (!isCount(epoch)) misused(`epoch is ${String(epoch)}; it must be 0 or more`)
  if (!isCount(position)) misused(`position is ${String(position)}; it must be 0 or more`)
  if (order === 'partition' && lanes !== 1) misused(`order partition has one lane, not ${String(lanes)}`)
}

/** `room`: records that may still be held. */
export function checkDelivery(
  views: readonly LaneBatch[],
  nextOffset: Offset | undefined,
  lanes: number,
  room: number,
): asserts nextOffset is Offset {
  if (nextOffset === undefined || !isCount(nextOffset))
    misused(`a delivery ends before offset ${String(nextOffset)}`)
  let records = 0
  for (const { lane, count, bytes, firstOffset, lastOffset } of views) {
    if (!isCount(lane) || lane >= lanes) misused(`lane ${String(lane)} of ${String(lanes)} was delivered`)
    if (!isCount(bytes)) misused(`a batch of ${String(bytes)} bytes was delivered`)
    const fits =
      isCount(firstOffset) && count >= 1 && lastOffset - firstOffset >= count - 1 && lastOffset < nextOffset
    if (!fits || !isCount(lastOffset) || !isCount(count)) {
      const offsets = `${String(firstOffset)} to ${String(lastOffset)}`
      misused(
        `${String(count)} records at ${offsets} do not fit a delivery that ends before ${String(nextOffset)}`,
      )
    }
    records += count
  }
  if (records > room) misused(`${String(records)} records were delivered on a credit of ${String(room)}`)
}

export const checkLane = (lane: number, lanes: number): void => {
  if (!isCount(lane) || lane >= lanes)
    misused(`work of lane ${String(lane)} of ${String(lanes)} was put aside`)
}

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0

export function misused(what: string): never {
  throw new TroupeError('PARTITION_MISUSED', `a partition actor was misused: ${what}`)
}
