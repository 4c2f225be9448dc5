/** What one WebSocket may take. */

export const socketLimits = {
  /** Of a process; further ones are told to come back later. */
  sockets: 5_000,
  /** From the opening to the message that says who it is. */
  initMs: 5_000,
  subscriptions: 20,
  /** Of any kind. Whoever sends more is cut off. */
  messagesPerSecond: 20,
  messageBurst: 60,
  /** Not yet taken by the client: a slower one is cut off. */
  bufferedBytes: 1024 * 1024,
  /** A client that does not answer a ping until the next one is gone. */
  pingMs: 15_000,
  /** How old the knowledge may be that its credential is valid. */
  recheckMs: 10_000,
} as const

/** A bucket that fills by time, which is passed in. */
export class MessageBudget {
  #left: number = socketLimits.messageBurst
  #atMs: number

  constructor(nowMs: number) {
    this.#atMs = nowMs
  }

  /** Whether one more may come. */
  take(nowMs: number): boolean {
    const filled = this.#left + ((nowMs - this.#atMs) / 1_000) * socketLimits.messagesPerSecond
    this.#left = Math.min(filled, socketLimits.messageBurst)
    this.#atMs = nowMs
    if (this.#left < 1) return false
    this.#left -= 1
    return true
  }
}
