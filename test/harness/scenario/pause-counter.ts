/**
 * Preloaded into a process (`--import`): counts how often it pauses partitions or seeks in them, at node-rdkafka's
 * own door, and writes each call into the file of PAUSES_FILE. The first line says that somebody counts.
 */

import { appendFileSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'

const file = process.env['PAUSES_FILE']

if (isMainThread && file !== undefined) {
  // Workers must not load it.
  const { default: Kafka } = await import('node-rdkafka')
  const door = Kafka.KafkaConsumer.prototype
  for (const name of ['pause', 'seek'] as const) {
    const real = door[name] as (...args: unknown[]) => unknown
    Object.defineProperty(door, name, {
      value(this: unknown, ...args: unknown[]): unknown {
        appendFileSync(file, `${name}\n`)
        return real.apply(this, args)
      },
    })
  }
  appendFileSync(file, 'counting\n')
}
