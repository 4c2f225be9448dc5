// A duplicate over midnight does nothing twice: a producer sends events again after one midnight, and after as many as the
// inbox is kept for. They are delivered and have no second effect; a day later they would.

import t, { type Test } from 'tap'
import { openDatabase } from '../../runtime/store/index.ts'
import {
  assertEffectsOnce,
  EffectsTrial,
  sizeOf,
  skipWithoutTrialServices,
  tried,
} from '../harness/scenario/index.ts'
import type { NthOfThing } from '../harness/scenario/effects-check.ts'
import { startPostgres } from '../harness/services/postgres.ts'
import { moveClock } from '../harness/store/moved-clock.ts'

const skip = await skipWithoutTrialServices()
const daysKept = 2
const dayMs = 86_400_000
const startOfToday = Math.floor(Date.now() / dayMs) * dayMs

interface World {
  readonly trial: EffectsTrial
  /** The clock of Postgres, from now on; with the inbox kept as it is each day. `time`: hh:mm:ss of that day. */
  readonly setClock: (day: number, time: string) => Promise<void>
  /** Some that the inbox has under today's date. */
  readonly handledToday: (count: number) => Promise<readonly NthOfThing[]>
  /** Sends these once more, and waits until they were delivered. */
  readonly sendAgain: (events: readonly NthOfThing[]) => Promise<void>
}

/** With a Postgres of its own, since its clock is moved. */
const begin = async (t: Test): Promise<World> => {
  const postgres = await startPostgres()
  t.teardown(() => postgres.close())
  const trial = await EffectsTrial.begin(t, {
    checkerUrl: postgres.url,
    databaseUrl: postgres.url,
    env: { INBOX_DAYS: String(daysKept) },
  })
  const { sql, close } = openDatabase({ url: postgres.url, maxConnections: 1 })
  t.teardown(close)
  return {
    trial,
    setClock: async (day, time) => {
      const date = new Date(startOfToday + day * dayMs).toISOString().slice(0, 10)
      await moveClock(sql, `${date}T${time}Z`)
      await sql`select troupe.keep_inbox(${daysKept}::integer)`
    },
    handledToday: async (count) => {
      const rows = await sql<{ thing: string; n: number }>`
        select substring(key from '^(.*)-') as thing, substring(key from '[0-9]+$')::integer as n
        from troupe.inbox where group_id = ${trial.trial.group} and day = troupe.today()
        order by key limit ${count}`
      return rows.map(({ thing, n }) => ({ thing, n }))
    },
    sendAgain: async (events) => {
      const landed = await trial.trial.producer.publish(events.map(({ thing, n }) => ({ thing, n })))
      await trial.trial.untilCommitted(landed)
    },
  }
}

t.test('sent again on the day after, and on the last day that is kept', { skip }, async (t) => {
  // given
  const { trial, setClock, handledToday, sendAgain } = await begin(t)
  const midnights = sizeOf('midnights')
  const count = 200
  let again = 0

  for (let midnight = 0; midnight < midnights; midnight += 1) {
    // given: events of the evening; days go on only
    const day = midnight * (daysKept + 1)
    await setClock(day, '23:59:50')
    await trial.untilMoreEffects(3 * count)
    const ofEvening = await handledToday(count)
    t.equal(ofEvening.length, count)

    // when: shortly after midnight, and after the hour in which two days are written
    for (const [after, time] of [
      [1, '00:00:05'],
      [1, '01:30:00'],
      [daysKept, '12:00:00'],
    ] as const) {
      await setClock(day + after, time)
      await sendAgain(ofEvening)
      again += count
      await trial.untilMoreEffects(100)
    }
  }
  const conclusion = await trial.conclude()

  // then
  assertEffectsOnce(t, conclusion)
  t.ok(conclusion.redeliveries >= again, `${String(again)} duplicates were delivered`)
  tried(t, 'events sent again over midnight, and on the last day kept', again)
})

t.test('sent again a day later than is kept', { skip }, async (t) => {
  // given
  const { trial, setClock, sendAgain } = await begin(t)
  await setClock(0, '23:00:00')
  await trial.untilMoreEffects(300)

  // when
  await setClock(daysKept + 1, '12:00:00')
  await sendAgain(trial.supply.produced.slice(0, 100))
  const { verdict } = await trial.conclude()

  // then
  t.ok(
    verdict.duplicated.length > 0,
    `${String(verdict.duplicated.length)} effects happened twice: they are forgotten`,
  )
  t.same(verdict.lost, [], 'none is lost')
})
