/**
 * Preloaded into a process (`--import`): freezes its main thread while the file of FREEZE_FILE is there, and stops its
 * polls for Kafka, which are intervals of 100 ms, while that of NO_POLL_FILE is.
 */

import { existsSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'

const freezeFile = process.env['FREEZE_FILE']
const noPollFile = process.env['NO_POLL_FILE']
const lookEveryMs = 20
const pollEveryMs = 100

if (isMainThread && freezeFile !== undefined && noPollFile !== undefined) {
  const nobody = new Int32Array(new SharedArrayBuffer(4))
  const realSetInterval = globalThis.setInterval
  realSetInterval(() => {
    while (existsSync(freezeFile)) Atomics.wait(nobody, 0, 0, lookEveryMs)
  }, lookEveryMs).unref()
  const setInterval = (callback: () => void, ms?: number): NodeJS.Timeout =>
    realSetInterval(() => {
      if (ms !== pollEveryMs || !existsSync(noPollFile)) callback()
    }, ms)
  globalThis.setInterval = Object.assign(setInterval, realSetInterval)
}
