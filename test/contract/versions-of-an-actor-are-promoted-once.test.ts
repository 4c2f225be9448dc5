// A version of an actor is promoted, has partitions as a canary, sees records as a shadow, and is taken back, by what every process says of it; two operators who promote at the same time do not both win.

import t from 'tap'

import { issueApiKey } from '../../control-plane/auth/api-key.ts'
import { startControlPlane } from '../../control-plane/server.ts'
import { printedCheck, type CheckedModule, type CommandAnswer } from '../../runtime/control/index.ts'
import { migrate, openCommandBox, openDatabase, startEmbeddedPostgres } from '../../runtime/store/index.ts'
import type { Log } from '../../runtime/telemetry/index.ts'
import { operatorsQuery } from '../harness/operators-query.ts'
import { actor, assignment, statusReport, unit, writeReport } from '../harness/status-reports.ts'
import { waitUntil } from '../harness/wait-until.ts'

const ignore = (): void => undefined
const log: Log = { debug: ignore, info: ignore, warn: ignore, error: ignore, child: () => log }
const server = await startEmbeddedPostgres()
await migrate({ url: server.url })
const database = openDatabase({ url: server.url })
const { sql } = database
const api = await startControlPlane(
  {
    databaseUrl: server.url,
    databaseConnections: 4,
    publicApiHost: '127.0.0.1',
    publicApiPort: 0,
    operatorApiHost: '127.0.0.1',
    operatorApiPort: 0,
    explorer: false,
  },
  log,
)
const box = openCommandBox({ url: server.url })
t.teardown(async () => {
  await Promise.all([api.stop(), box.close(), database.close()])
  await server.close()
})
const { key } = await issueApiKey(sql, { role: 'admin', name: 'Ada' })
const ask = operatorsQuery(`${api.operatorUrl}/graphql`, key)
for (const id of ['p1', 'p2'])
  await writeReport(
    sql,
    statusReport(id, {
      actors: [actor({ name: 'tracking', group: 'g', topics: ['scans'] })],
      groups: [
        { name: 'g', joined: true, assignments: [assignment(0, { topic: 'scans', units: [unit()] })] },
      ],
    }),
  )
await sql`update troupe.status_reports set interval_ms = 600000`

const keyed = {
  ...{ actor: 'tracking', group: 'g', topics: ['scans'] },
  ...{ order: 'key', effects: 'postgres', startFrom: 'earliest' },
}
/** What modules are, where they are not what they all are: an actor `tracking` of the group g. */
const made: Record<string, Partial<CheckedModule>> = {
  other: { actor: 'other' },
  elsewhere: { group: 'h' },
  'in-order': {
    shape: {
      ...{ actor: 'tracking', group: 'g', topics: ['scans'] },
      ...{ order: 'partition', effects: 'postgres', startFrom: 'earliest' },
    },
  },
}
made['with-sql'] = { shape: { ...keyed, sql: true } }
const checked = (module: string): CheckedModule => ({
  module,
  ...{ actor: 'tracking', group: 'g', version: `${module}-v1`, lines: [`it is ${module}`] },
  shape: keyed,
  ...made[module],
})
/** As processes would that run `tracking`. */
const answerAll = async (): Promise<void> => {
  for (const id of ['p1', 'p2'])
    for (const command of await box.waiting(id)) {
      const { module } = command.body as { readonly module: string }
      const details = command.kind === 'check-actor' ? [checked(module), checked('tracking')] : []
      const answer: CommandAnswer = { state: 'done', message: 'so be it', details: details.map(printedCheck) }
      await box.answer(command.id, { id, node: 'node-a' }, answer)
    }
}
interface Answer {
  readonly outcome: string
  readonly message: string
  readonly touches: readonly string[]
}
const steer = async (...mutations: readonly string[]): Promise<readonly (Answer | string)[]> => {
  let open = mutations.length
  const answers = Promise.all(
    mutations.map(async (mutation) => {
      const { data, errors } = await ask(`mutation { answer: ${mutation} { outcome message touches } }`)
      open -= 1
      return errors === undefined ? (data['answer'] as unknown as Answer) : (errors[0]?.message ?? '')
    }),
  )
  await waitUntil('all are answered', async () => {
    await answerAll()
    return open === 0
  })
  return answers
}
const registered = async (): Promise<Readonly<Record<string, string>>> => {
  const rows = await sql<{ module: string; state: string; partitions: readonly number[] }>`
    select module, state, partitions from troupe.registrations order by module`
  return Object.fromEntries(
    rows.map(({ module, state, partitions }) => [module, [state, ...partitions].join(' ')]),
  )
}

t.test('what cannot be is refused, and nothing is written', async (t) => {
  for (const [mutation, message] of [
    ['promoteActor(module: "other")', /No module runs other/],
    ['promoteActor(module: "elsewhere")', /is of the group h/],
    ['canaryActor(module: "in-order", partitions: [0])', /its order is partition/],
    ['canaryActor(module: "next", partitions: [7])', /a partition 7/],
    ['rollBackActor(actor: "tracking")', /no canary and no shadow/],
    ['shadowActor(module: "other")', /No module runs other/],
    ['shadowActor(module: "in-order")', /its order is partition/],
    ['shadowActor(module: "with-sql")', /sql: true/],
    ['shadowActor(module: "next", partitions: [7])', /a partition 7/],
  ] as const)
    t.match(await steer(mutation), [{ outcome: 'REFUSED', message }], mutation)
  t.match(await steer('canaryActor(module: "next", partitions: [])'), [/1 to 1000 numbers/])
  t.match(await steer('canaryActor(module: "next", partitions: [-1])'), [/0 or more/])
  t.match(await steer('promoteActor(module: "../next")'), [/never a path/])
  t.match(await steer('shadowActor(module: "../next")'), [/never a path/])
  t.match(await steer('shadowActor(module: "next", partitions: [])'), [/1 to 1000 numbers/])
  t.match(await steer('shadowActor(module: "next", dryRun: true)'), [
    {
      outcome: 'DRY_RUN',
      touches: [
        /next sees all that tracking handles/,
        /starts another one, beside it, for next/,
        /it is next/,
      ],
    },
  ])
  t.match(await steer('promoteActor(module: "next", dryRun: true)'), [{ outcome: 'DRY_RUN' }])
  t.same(await registered(), {})
})

t.test('a canary, with what runs registered beside it; asked again it has other partitions', async (t) => {
  t.match(await steer('canaryActor(module: "next", partitions: [0])'), [
    { outcome: 'DONE', touches: [/scans\/0 is handled by next/, /all others are handled by tracking/] },
  ])
  t.same(await registered(), { next: 'canary 0', tracking: 'enabled' })
  t.match(await steer('canaryActor(module: "third", partitions: [0])'), [
    { outcome: 'REFUSED', message: /next is its canary/ },
  ])
  t.match(await steer('configureActor(module: "next", options: { attempts: 2 })'), [{ outcome: 'DONE' }])
  t.same(await registered(), { next: 'canary 0', tracking: 'enabled' }, 'configured it is a canary still')
  t.match(await steer('enableActor(module: "next")'), [{ outcome: 'REFUSED', message: /promoteActor/ }])
  t.match(await steer('rollBackActor(actor: "tracking")'), [{ outcome: 'DONE' }])
  t.same(await registered(), { next: 'disabled', tracking: 'enabled' })
})

t.test('promoted over a canary, taken back, and back again', async (t) => {
  await steer('canaryActor(module: "third", partitions: [0])')
  t.match(await steer('promoteActor(module: "next")'), [{ outcome: 'DONE' }])
  t.same(await registered(), { next: 'enabled', third: 'disabled', tracking: 'disabled' })
  t.match(await steer('promoteActor(module: "third")'), [{ outcome: 'DONE' }])
  t.match(await steer('rollBackActor(actor: "tracking", idempotencyKey: "back")'), [{ outcome: 'DONE' }])
  t.same(await registered(), { next: 'enabled', third: 'disabled', tracking: 'disabled' })
  t.match(await steer('rollBackActor(actor: "tracking", idempotencyKey: "back")'), [{ outcome: 'DONE' }])
  t.same(await registered(), { next: 'enabled', third: 'disabled', tracking: 'disabled' }, 'once by a key')
  t.match(await steer('rollBackActor(actor: "tracking")'), [{ outcome: 'DONE' }])
  t.same(await registered(), { next: 'disabled', third: 'disabled', tracking: 'enabled' })
  t.match(await steer('rollBackActor(actor: "tracking")'), [{ outcome: 'REFUSED' }])
  t.match(await ask('{ promotions { module fromModule by rolledBackBy } }'), {
    data: {
      promotions: [
        { module: 'third', fromModule: 'next', by: 'Ada', rolledBackBy: 'Ada' },
        { module: 'next', fromModule: 'tracking', by: 'Ada', rolledBackBy: 'Ada' },
      ],
    },
  })
})

t.test('a shadow, of some partitions or of all, made a canary and back, and ended', async (t) => {
  t.match(await steer('shadowActor(module: "next", partitions: [0])'), [
    { outcome: 'DONE', touches: [/scans\/0 is seen by next/] },
  ])
  t.match(await registered(), { next: 'shadow 0', tracking: 'enabled' })
  t.match(await steer('shadowActor(module: "third")'), [
    { outcome: 'REFUSED', message: /next is its shadow/ },
  ])
  t.match(await steer('configureActor(module: "next", options: { attempts: 3 })'), [{ outcome: 'DONE' }])
  t.match(await registered(), { next: 'shadow 0' }, 'configured it is a shadow still')
  t.match(await steer('shadowActor(module: "next")'), [{ outcome: 'DONE' }])
  t.match(await registered(), { next: 'shadow' })
  t.match(await steer('canaryActor(module: "third", partitions: [0])'), [{ outcome: 'DONE' }], 'beside it')
  t.match(await steer('rollBackActor(actor: "tracking")'), [
    {
      outcome: 'DONE',
      touches: [/next, its shadow, ends/, /third ends, and its partitions 0/, /members leave/],
    },
  ])
  t.match(await registered(), { next: 'disabled', third: 'disabled', tracking: 'enabled' })
  await steer('shadowActor(module: "next")')
  t.match(await steer('canaryActor(module: "next", partitions: [0])'), [{ outcome: 'DONE' }])
  t.match(await registered(), { next: 'canary 0' })
  t.match(await steer('shadowActor(module: "next")'), [
    { touches: { 3: /no canary any more: partitions 0 go back to tracking/, 4: /members leave/ } },
  ])
  t.match(await registered(), { next: 'shadow' })
  t.match(await steer('unregisterActor(module: "next")'), [
    { outcome: 'DONE', touches: ['next is unregistered from now on'] },
  ])
  await steer('shadowActor(module: "third")')
  t.match(await steer('promoteActor(module: "next")'), [{ outcome: 'DONE' }])
  t.match(await registered(), { next: 'enabled', third: 'disabled', tracking: 'disabled' })
  t.match(await steer('rollBackActor(actor: "tracking")'), [{ outcome: 'DONE' }])
})

t.test('two shadows at the same time: one is told no', async (t) => {
  await steer('shadowActor(module: "next")', 'shadowActor(module: "third")')
  const states = Object.values(await registered())
  t.equal(states.filter((state) => state === 'shadow').length, 1)
  await steer('rollBackActor(actor: "tracking")')
})

t.test('two at the same time: one wins, whole', async (t) => {
  const answers = await steer('promoteActor(module: "next")', 'promoteActor(module: "third")')
  const won = answers.filter((answer) => typeof answer !== 'string' && answer.outcome === 'DONE')
  const states = await registered()
  t.equal(Object.values(states).filter((state) => state === 'enabled').length, 1, JSON.stringify(states))
  const [row] = await sql<{ standing: number }>`
    select count(*)::integer as standing from troupe.promotions where rolled_back_at is null`
  t.equal(row?.standing, won.length)
  t.not(states['tracking'], 'enabled')
})
