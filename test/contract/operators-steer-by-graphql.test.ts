// What operators steer over GraphQL is written once for a key, whoever asks at the same time; it says who has not acknowledged; dead letters are found, redriven and discarded, and all is in the audit log.

import t from 'tap'

import { issueApiKey } from '../../control-plane/auth/api-key.ts'
import { messageOfCommand } from '../../control-plane/operator/steering/command-words.ts'
import { startControlPlane } from '../../control-plane/server.ts'
import type { NewDeadLetter } from '../../runtime/delivery/index.ts'
import {
  insertDeadLetters,
  migrate,
  openCommandBox,
  openCommandDesk,
  openDatabase,
  openParkingStore,
  parkRecords,
  startEmbeddedPostgres,
} from '../../runtime/store/index.ts'
import type { Log } from '../../runtime/telemetry/index.ts'
import { operatorsQuery, type OperatorAnswer } from '../harness/operators-query.ts'
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
const parking = openParkingStore({ url: server.url })
t.teardown(async () => {
  await Promise.all([api.stop(), box.close(), parking.close(), database.close()])
  await server.close()
})
const url = `${api.operatorUrl}/graphql`
const { key: operator } = await issueApiKey(sql, { role: 'operator', name: 'Ada' })
const { key: viewer } = await issueApiKey(sql, { role: 'viewer', name: 'Grace' })
const ask = operatorsQuery(url, operator)
const reported = (id: string): Promise<void> =>
  writeReport(
    sql,
    statusReport(id, {
      actors: [actor({ topics: ['scans'] })],
      groups: [
        { name: 'g', joined: true, assignments: [assignment(0, { units: [unit({ quarantine: null })] })] },
      ],
    }),
  )
await reported('p1')
await reported('p2')
// Reports are live for three of their intervals: these live as long as the test does.
await sql`update troupe.status_reports set interval_ms = 600000`

/** As a process would. */
const acknowledge = async (id: string): Promise<number> => {
  const waiting = await box.waiting(id)
  for (const command of waiting)
    await box.answer(
      command.id,
      { id, node: 'node-a' },
      { state: 'done', message: 'so be it', details: ['a line'] },
    )
  return waiting.length
}
const count = async (): Promise<{ commands: number; entries: number }> => {
  const [row] = await sql<{ commands: number; entries: number }>`
    select (select count(*) from troupe.commands) as commands, (select count(*) from troupe.audit_log) as entries`
  return row ?? { commands: 0, entries: 0 }
}
const fields =
  '{ outcome message touches madeId command { id state waitingForIds answers { processId state details } } }'
const steer = async (mutation: string): Promise<OperatorAnswer['data'][string]> => {
  const { data, errors } = await ask(`mutation { answer: ${mutation} ${fields} }`)
  if (errors !== undefined) throw new Error(errors[0]?.message)
  return data['answer'] as never
}

t.test('ten at once with one key: one command, one entry, one answer for all', async (t) => {
  const asking = Promise.all(
    Array.from({ length: 10 }, () => steer('pause(group: "g", idempotencyKey: "one", reason: "storm")')),
  )
  await waitUntil('both were asked', async () => (await box.waiting('p1')).length > 0)
  t.equal(await acknowledge('p1'), 1)
  t.equal(await acknowledge('p2'), 1)
  const answers = await asking
  for (const answer of answers) {
    t.match(answer, {
      outcome: 'DONE',
      command: { state: 'DONE', waitingForIds: [], answers: [{ details: ['a line'] }, {}] },
    })
  }
  t.equal(new Set(answers.map((answer) => JSON.stringify(answer))).size, 1)
  t.same(await count(), { commands: 1, entries: 1 })
  t.equal(await acknowledge('p1'), 0, 'and a process is asked once')
})

t.test('who has not acknowledged is named, and what comes later is told', async (t) => {
  const asking = steer('resume(group: "g")')
  await waitUntil('both were asked', async () => (await box.waiting('p1')).length > 0)
  await acknowledge('p1')
  const answer = (await asking) as unknown as { message: string; command: { id: string } }
  t.match(answer, {
    outcome: 'WAITING',
    message: /p2 has not acknowledged yet/,
    command: { waitingForIds: ['p2'] },
  })
  await acknowledge('p2')
  t.match(await ask(`{ command(id: "${answer.command.id}") { state waitingFor { id } } }`), {
    data: { command: { state: 'DONE', waitingFor: [] } },
  })
  t.match(await ask('{ auditLog(first: 1) { nodes { mutation outcome command { state } } } }'), {
    data: { auditLog: { nodes: [{ mutation: 'resume', outcome: 'DONE', command: { state: 'DONE' } }] } },
  })
})

t.test('what was refused is not the first time of its key', async (t) => {
  t.match(await steer('resume(group: "g", idempotencyKey: "two")'), { outcome: 'REFUSED' })
  const asking = steer('pause(group: "g", idempotencyKey: "two")')
  await waitUntil('they were asked', async () => (await box.waiting('p2')).length > 0)
  await Promise.all([acknowledge('p1'), acknowledge('p2')])
  t.match(await asking, { outcome: 'DONE' })
})

const letter = (offset: number, errorClass: string): NewDeadLetter => ({
  original: {
    topic: 'scans',
    partition: 0,
    offset,
    timestamp: 1_000,
    key: Buffer.from(`k${String(offset)}`),
    value: Buffer.from(`{"n":${String(offset)}}`),
    headers: [['event-id', `e${String(offset)}`]],
  },
  cause: {
    group: 'g',
    actor: 'tracking',
    outcome: 'exhausted',
    attempts: 5,
    errorClass,
    message: 'the carrier said no',
    stack: 'at receive',
    correlationId: 'c',
    traceparent: undefined,
    failedAtMs: Date.UTC(2026, 0, 5) + offset,
  },
  tenant: 'acme',
  eventId: `e${String(offset)}`,
  eventType: 'shipping.package.scanned',
  errorCode: 'HANDLER_FAILED',
  inboxKey: undefined,
  redrives: 0,
})

interface Letters {
  readonly nodes: readonly { id: string; offset: number; state: string }[]
  readonly pageInfo: { hasNextPage: boolean; endCursor: string }
}
const letters = async (args: string): Promise<Letters> => {
  const { data, errors } = await ask(
    `{ deadLetters${args} { nodes { id offset state } pageInfo { hasNextPage endCursor } } }`,
  )
  if (errors !== undefined) throw new Error(errors[0]?.message)
  return data['deadLetters'] as unknown as Letters
}

t.test(
  'dead letters: found by page and filter, shown whole to operators, less of them to viewers',
  async (t) => {
    await insertDeadLetters(sql, [letter(1, 'CarrierAway'), letter(2, 'CarrierAway'), letter(3, 'TypeError')])
    const first = await letters('(first: 2)')
    t.match(first, { nodes: [{ offset: 3 }, { offset: 2 }], pageInfo: { hasNextPage: true } })
    t.match(await letters(`(first: 2, after: "${first.pageInfo.endCursor}")`), {
      nodes: [{ offset: 1 }],
      pageInfo: { hasNextPage: false },
    })
    t.match(await letters('(filter: { error: "TypeError", text: "carrier", actor: "tracking" })'), {
      nodes: [{ offset: 3 }],
    })
    t.match(await letters('(filter: { key: "k2" })'), { nodes: [{ offset: 2 }] })
    t.match(await letters('(filter: { to: "2026-01-05T00:00:00.002Z" })'), { nodes: [{ offset: 1 }] })
    await t.rejects(letters('(after: "nonsense")'), /no cursor of this list/)
    await t.rejects(letters('(filter: { ids: ["x"] })'), /is no id/)
    const id = String(first.nodes[0]?.id)
    const whole = `{ deadLetter(id: "${id}") { letter { errorClass } stack valueText headers { name value } receipts { outcome } } }`
    t.match(await ask(whole), {
      data: {
        deadLetter: {
          letter: { errorClass: 'TypeError' },
          valueText: '{"n":3}',
          headers: [{ name: 'event-id', value: 'e3' }],
        },
      },
    })
    t.match(await operatorsQuery(url, viewer)(whole), {
      data: { deadLetter: { stack: 'at receive', valueText: null, headers: null } },
    })
  },
)

t.test('a redrive: previewed, begun, paused, resumed, stopped', async (t) => {
  t.match(await steer('redrive(filter: { error: "CarrierAway" }, dryRun: true)'), {
    outcome: 'DRY_RUN',
    touches: ['2 letters of tracking in g, CarrierAway'],
    madeId: null,
  })
  t.match(await steer('redrive(filter: { error: "Nobody" })'), { outcome: 'REFUSED' })
  await t.rejects(steer('redrive(filter: {}, ratePerSecond: 0)'), /ratePerSecond/)
  const begun = (await steer(
    'redrive(filter: { error: "CarrierAway" }, idempotencyKey: "r1")',
  )) as unknown as { madeId: string }
  t.match(begun, { outcome: 'DONE', message: /redrives 2 letters, 100 a second/ })
  t.same(
    await steer('redrive(filter: { error: "CarrierAway" }, idempotencyKey: "r1")'),
    begun,
    'and not twice',
  )
  t.match(await steer(`resumeRedrive(id: "${begun.madeId}")`), {
    outcome: 'REFUSED',
    message: /is running, and cannot be running/,
  })
  t.match(await steer(`pauseRedrive(id: "${begun.madeId}")`), { outcome: 'DONE' })
  t.match(await steer(`resumeRedrive(id: "${begun.madeId}")`), { outcome: 'DONE' })
  t.match(await steer(`stopRedrive(id: "${begun.madeId}")`), { outcome: 'DONE' })
  t.match(await ask('{ redrives { id state createdBy ratePerSecond } }'), {
    data: { redrives: [{ id: begun.madeId, state: 'CANCELLED', createdBy: 'Ada', ratePerSecond: 100 }] },
  })
  t.match(await steer('pauseRedrive(id: "99")'), { outcome: 'REFUSED', message: /no campaign 99/ })
})

t.test('discarded letters keep a receipt, and the story of their event', async (t) => {
  const { nodes } = await letters('(filter: { eventId: "e1" })')
  t.match(await steer(`discardDeadLetters(ids: ["${String(nodes[0]?.id)}"], reason: "test data")`), {
    outcome: 'DONE',
    message: '1 of 1 letters are discarded.',
  })
  t.match(await steer(`discardDeadLetters(ids: ["${String(nodes[0]?.id)}"])`), { outcome: 'REFUSED' })
  t.match(
    await ask(
      '{ explainEvent(eventId: "e1", tenant: "acme") { known steps { kind message deadLetterId } } }',
    ),
    {
      data: {
        explainEvent: {
          known: true,
          steps: [
            { kind: 'DEAD_LETTERED', message: /CarrierAway: the carrier said no/ },
            { kind: 'RECEIPT', message: 'discarded by Ada: test data' },
          ],
        },
      },
    },
  )
  t.match(await ask('{ explainEvent(eventId: "e1", tenant: "other") { known } }'), {
    data: { explainEvent: { known: false } },
  })
})

t.test('a parked key: shown, and asked of its owner, who answers', async (t) => {
  const unitOfKey = { group: 'g', actor: 'tracking', topic: 'scans', partition: 0 }
  await parkRecords(sql, unitOfKey, [
    {
      parkingKey: 'key k1',
      original: letter(7, 'x').original,
      inboxKey: undefined,
      attempts: 2,
      afterMs: 60_000,
      failure: { errorClass: 'CarrierAway', errorCode: 'HANDLER_FAILED', message: 'no' },
    },
  ])
  t.match(
    await ask(
      '{ parkedKeys(actor: "tracking") { nodes { key records held firstOffset attempts errorClass } } }',
    ),
    {
      data: {
        parkedKeys: {
          nodes: [
            {
              key: 'key k1',
              records: 1,
              held: false,
              firstOffset: 7,
              attempts: 2,
              errorClass: 'CarrierAway',
            },
          ],
        },
      },
    },
  )
  const place = 'group: "g", actor: "tracking", topic: "scans", partition: 0, key: "key k1"'
  t.match(await steer(`skipParkedKey(${place}, offset: 6)`), { outcome: 'REFUSED', message: /is 7, not 6/ })
  t.match(await steer(`releaseParkedKey(${place.replace('k1', 'k9')})`), { outcome: 'REFUSED' })
  const asking = steer(`releaseParkedKey(${place}, idempotencyKey: "rel")`)
  await waitUntil('its owner is asked', async () => (await parking.commands(unitOfKey)).length === 1)
  await sql`update troupe.parked_commands set done_at = now(), answer = 'tried now'`
  t.match(await asking, {
    outcome: 'DONE',
    message: 'The owner of the key answered: tried now.',
    madeId: '1',
  })
})

t.test('a node: drained, resumed, restarted by one of its processes, refused where nobody is', async (t) => {
  t.match(await steer('drainNode(node: "nowhere")'), { outcome: 'REFUSED', message: /has reported/ })
  await t.rejects(steer('drainNode(node: "")'), /1 to 249 characters/)
  t.match(await steer('resumeNode(node: "node-a")'), { outcome: 'REFUSED', message: /is not drained/ })
  const { touches } = (await steer('drainNode(node: "node-a", dryRun: true)')) as unknown as {
    touches: readonly string[]
  }
  t.match(touches, [/^p1 gives back 1 partitions/, /^p2 gives back/, /^g has no member on another node/])
  const draining = steer('drainNode(node: "node-a", reason: "a disk", idempotencyKey: "d")')
  await waitUntil('both are asked', async () => (await box.waiting('p2')).length > 0)
  t.equal(await box.isDrained('node-a'), true)
  t.equal(await box.isDrained('node-b'), false)
  await Promise.all([acknowledge('p1'), acknowledge('p2')])
  t.match(await draining, { outcome: 'DONE' })
  t.match(await ask('{ drains { node reason by } }'), {
    data: { drains: [{ node: 'node-a', reason: 'a disk', by: 'Ada' }] },
  })
  const restarting = steer('restartNode(node: "node-a")')
  const asked = await waitUntil('one is asked', async () => {
    const all = await Promise.all(['p1', 'p2'].map((id) => box.waiting(id)))
    return all.flat().length === 1 ? all.flat() : undefined
  })
  t.match(asked, [{ kind: 'restart-node', body: { node: 'node-a' } }])
  await Promise.all([acknowledge('p1'), acknowledge('p2')])
  t.match(await restarting, { outcome: 'DONE' })
  const resuming = steer('resumeNode(node: "node-a")')
  await waitUntil('both are asked', async () => (await box.waiting('p2')).length > 0)
  await Promise.all([acknowledge('p1'), acknowledge('p2')])
  t.match(await resuming, { outcome: 'DONE' })
  t.equal(await box.isDrained('node-a'), false)
})

t.test('commands of long ago go, and the audit log still says what came of them', async (t) => {
  const desk = openCommandDesk({ url: server.url })
  t.teardown(() => desk.close())
  const told = async (): Promise<readonly unknown[]> => {
    const { data } = await ask('{ auditLog(first: 100) { nodes { id mutation outcome message } } }')
    return (data['auditLog'] as unknown as { nodes: unknown[] }).nodes
  }
  const before = await told()
  const { commands } = await count()
  t.ok(commands > 3)
  t.equal(await desk.prune(1, messageOfCommand), 0, 'none is so old')
  await sql`update troupe.commands set asked_at = now() - interval '2 days', expires_at = now() - interval '2 days'
    where id in (select id from troupe.commands order by id limit 2)`
  const pruned = await Promise.all([desk.prune(1, messageOfCommand), desk.prune(1, messageOfCommand)])
  t.equal(pruned[0] + pruned[1], 2, 'two at once take each of them once')
  t.equal((await count()).commands, commands - 2)
  t.same(await told(), before)
  t.match(await steer('pause(group: "g", idempotencyKey: "one", reason: "storm")'), {
    outcome: 'DONE',
    command: null,
  })
})

t.test('names that Postgres cannot hold, and very many arguments, break nothing', async (t) => {
  await t.rejects(steer('pause(group: "a\\u0000b")'), /1 to 249 characters/)
  await t.rejects(steer(`pause(group: "${'g'.repeat(300)}")`), /1 to 249 characters/)
  await t.rejects(steer(`pause(group: "g", idempotencyKey: "${'k'.repeat(201)}")`), /1 to 200 characters/)
  t.match(await steer('resetOffsets(group: "nobody", to: LATEST, idempotencyKey: "a\\u0000b")'), {
    outcome: 'REFUSED',
  })
  t.match(
    await ask(
      'mutation { resetOffsets(group: "g", to: OFFSET, topic: "scans", partition: 0, offset: -1) { outcome } }',
    ),
    {
      errors: [{ message: /0 or more/ }],
    },
  )
  t.match(await ask('mutation { resetOffsets(group: "g", to: TIME, time: "yesterday") { outcome } }'), {
    errors: [{}],
  })
})
