/**
 * Keeps an account of what it handled in a table that accepts everything: what is there twice was done twice. In a file
 * it leaves a dot for each delivery, so that redeliveries can be counted.
 */

import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { defineActor, type Sql, type Tracked, type TrackedRow } from '../../../runtime/actor/index.ts'
import { ThingHappened } from '../schemas/things.ts'

export interface EffectOfThing extends Tracked {
  readonly n: number
  readonly partition: number
  readonly offset: number
}

const deliveries = join(process.env['WITNESS_FOLDER'] ?? '', 'deliveries')
const trial = process.env['KAFKA_GROUP_ID'] ?? ''

export const appendEffects = async (sql: Sql, rows: readonly TrackedRow<EffectOfThing>[]): Promise<void> => {
  await sql`
    insert into trial.effects (trial, thing, n, partition, record_offset, pid)
    select ${trial}::text, thing, n, partition, record_offset, ${process.pid}::integer
    from unnest(${rows.map(({ id }) => id)}::text[], ${rows.map(({ n }) => n)}::bigint[],
                ${rows.map(({ partition }) => partition)}::integer[], ${rows.map(({ offset }) => offset)}::bigint[])
      as effect (thing, n, partition, record_offset)`
}

/** Asked for each record that is delivered, also for those whose effects are there already. */
export const countedKey = ({ eventId }: ThingHappened): string => {
  appendFileSync(deliveries, '.')
  return eventId
}

export default defineActor({
  name: 'effects',
  receives: { 'trial.thing.happened': ThingHappened },
  order: 'key',
  effects: 'postgres',
  applyTracked: appendEffects,
  idempotencyKey: countedKey,

  receive({ thing, n }, ctx) {
    const { partition, offset, timestamp } = ctx
    ctx.track({ entity: 'thing', id: thing, state: 'happened', at: timestamp, n, partition, offset })
  },
})
