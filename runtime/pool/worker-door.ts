/**
 * The worker's side of the pool: how an answer leaves the thread without copying what can be transferred. The other
 * side is worker-pool.ts, what passes between them messages.ts.
 */

import { move, transferableSymbol, valueSymbol } from 'piscina'
import type { TaskResult } from './messages.ts'

/** What the entry of a worker answers: the result, with its buffers marked for transfer. */
export const handOver = (result: TaskResult): unknown => {
  const buffers = buffersOf(result)
  if (buffers.length === 0) return result
  // piscina concatenates what it finds here to its transfer list, so a list of buffers serves as well as one.
  return move({ [transferableSymbol]: buffers, [valueSymbol]: result })
}

const buffersOf = (result: TaskResult): ArrayBuffer[] => {
  switch (result.kind) {
    case 'handled':
    case 'failed':
      return result.batch ? [result.batch] : []
    case 'produce':
      return outgoingBuffers(result.outgoing)
    case 'waiting':
    case 'discarded':
    case 'fenced':
    case 'done':
      return []
    default:
      return result satisfies never
  }
}

/** Values are views of a few large buffers made for this answer; keys and headers are small and are copied. */
const outgoingBuffers = (outgoing: readonly { readonly value: Uint8Array | null }[]): ArrayBuffer[] => {
  const buffers = new Set<ArrayBuffer>()
  for (const { value } of outgoing)
    if (value && value.buffer instanceof ArrayBuffer) buffers.add(value.buffer)
  return [...buffers]
}
