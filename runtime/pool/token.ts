/**
 * A token names a conversation that a worker keeps, and the thread that keeps it: resuming must reach that very
 * thread, and a token of a thread that died must never be taken for one of its successor.
 */

const perThread = 2 ** 32

export const tokenOf = (threadId: number, serial: number): number =>
  threadId * perThread + (serial % perThread)

export const threadOf = (token: number): number => Math.floor(token / perThread)
