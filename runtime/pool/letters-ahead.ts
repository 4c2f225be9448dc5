/** Which dead letters are too large to go with their effects: one transaction has room for so many bytes. */

import type { Outgoing } from './outgoing.ts'

/** Half of what the outbox takes in one transaction: the rest is for events. */
const roomBytes = 32 * 1024 * 1024

export interface Parted {
  /** To be acknowledged by the broker before the transaction. With bytes of their own, which may leave the thread. */
  readonly ahead: readonly Outgoing[]
  readonly within: readonly Outgoing[]
}

export const partedByRoom = (outgoing: readonly Outgoing[]): Parted => {
  const ahead: Outgoing[] = []
  const within: Outgoing[] = []
  let bytes = 0
  for (const one of outgoing) {
    if (one.kind !== 'dead-letter') {
      within.push(one)
      continue
    }
    const { original } = one.letter
    const { value } = original
    const size = (value?.length ?? 0) * (one.isUnhandled ? 2 : 1) // it is there twice
    bytes += size
    if (value === null || bytes <= roomBytes) within.push(one)
    else {
      bytes -= size
      ahead.push({
        ...one,
        letter: { ...one.letter, original: { ...original, value: Uint8Array.from(value) } },
      })
    }
  }
  return { ahead, within }
}
