/**
 * Writes down what it handles, one line when it begins with a record and one when it has ended, in a file that all
 * processes of a scenario append to. Nothing deduplicates these lines, so they tell what really happened, and their
 * order in the file is the order in which it did.
 */

import { appendFileSync, existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as work } from 'node:timers/promises'
import { defineActor, oneOf, type Order } from '../../../runtime/actor/index.ts'
import { gateFiles, witnessFile, type WitnessLine } from '../../harness/scenario/witness-folder.ts'
import { ThingDescribed, ThingHappened } from '../schemas/things.ts'

const folder = process.env['WITNESS_FOLDER'] ?? ''
const order = (process.env['WITNESS_ORDER'] ?? 'partition') as Order
const retryMode = (process.env['WITNESS_RETRY'] ?? 'block') as 'block' | 'topic'
const gateEveryMs = 10

const write = (line: Omit<WitnessLine, 'pid' | 'at'>): void => {
  appendFileSync(
    witnessFile(folder),
    `${JSON.stringify({ ...line, pid: process.pid, at: Date.now() } satisfies WitnessLine)}\n`,
  )
}

const untilOpen = async (gate: string): Promise<void> => {
  while (!gateFiles(folder, gate, process.pid).some((file) => existsSync(file))) await work(gateEveryMs)
}

/** True once for each event, whichever thread asks. */
const isFirst = (eventId: string): boolean => {
  const file = join(folder, `exited-${eventId}`)
  if (existsSync(file)) return false
  writeFileSync(file, '')
  return true
}

const obey = async (event: ThingHappened, attempt: number): Promise<void> => {
  if (event.exits && isFirst(event.eventId)) process.exit(1)
  if (event.gate !== '') await untilOpen(event.gate)
  if (event.holdMs > 0) await work(event.holdMs)
  if (attempt <= event.failures) throw new Error(`failed as it was told to, attempt ${String(attempt)}`)
}

export default defineActor({
  name: 'witness',
  receives: { 'trial.thing.*': oneOf(ThingHappened, ThingDescribed) },
  order,
  ...(order !== 'partition' && { concurrency: 16 }),
  retry: { mode: retryMode, attempts: 3, firstDelayMs: 50, maxDelayMs: 200 },

  async receive(event, ctx) {
    const { partition, offset, eventId, eventType, attempt } = ctx
    const record = { partition, offset, eventId, eventType, attempt, event }
    write({ what: 'began', ...record })
    try {
      if ('gate' in event) await obey(event, attempt)
    } catch (error) {
      write({ what: 'failed', ...record })
      throw error
    }
    write({ what: 'ended', ...record })
  },
})
