/** Several packed batches as one: a record does not depend on its place, so whole records are copied. */

import { batchCountAt, batchHeadBytes, batchVersion } from './layout.ts'

/** In their order. Damaged bytes stay as they are: who reads the batch says so. */
export const joinBatches = (batches: readonly ArrayBuffer[]): ArrayBuffer => {
  const bytes = batches.reduce((sum, { byteLength }) => sum + byteLength - batchHeadBytes, batchHeadBytes)
  const joined = new ArrayBuffer(bytes)
  const target = new Uint8Array(joined)
  let at = batchHeadBytes
  let count = 0
  for (const batch of batches) {
    target.set(new Uint8Array(batch, batchHeadBytes), at)
    at += batch.byteLength - batchHeadBytes
    count += new DataView(batch).getUint32(batchCountAt, true)
  }
  const head = new DataView(joined)
  head.setUint8(0, batchVersion)
  head.setUint32(batchCountAt, count, true)
  return joined
}
