// `troupe dlq` lists, shows, redrives and discards dead letters, for people and for programs, and ends with a code.

import t from 'tap'
import type { NewDeadLetter } from '../../runtime/delivery/index.ts'
import { startMockCluster } from '../../runtime/kafka/index.ts'
import { insertDeadLetters, migrate, openDatabase, startEmbeddedPostgres } from '../../runtime/store/index.ts'
import { startTroupe, type ShellAnswer, type TroupeShell } from '../harness/troupe-shell.ts'
import { waitUntil } from '../harness/wait-until.ts'

t.setTimeout(300_000)

const server = await startEmbeddedPostgres()
await migrate({ url: server.url })
const database = openDatabase({ url: server.url })
const broker = await startMockCluster()
await broker.createTopics(['shipping'])
t.teardown(async () => {
  await database.close()
  await broker.close()
  await server.close()
})
t.beforeEach(async () => {
  await database.sql`truncate troupe.dead_letters, troupe.redrive_campaigns, troupe.dead_letter_receipts restart identity`
})

const start = (args: readonly string[], env: NodeJS.ProcessEnv = {}): TroupeShell =>
  startTroupe(args, {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    DATABASE_URL: server.url,
    KAFKA_BROKERS: broker.bootstrapServers,
    ...env,
  })
const troupe = (args: readonly string[], env?: NodeJS.ProcessEnv): Promise<ShellAnswer> =>
  start(args, env).answer

const letter = (offset: number, errorClass = 'TypeError'): NewDeadLetter => ({
  original: {
    topic: 'shipping',
    partition: 0,
    offset,
    timestamp: -1,
    key: Buffer.from('k'),
    value: offset === 1 ? Uint8Array.of(0, 255) : Buffer.from('{"n":1}'),
    headers: [['event-id', `e${String(offset)}`]],
  },
  cause: {
    group: 'shop',
    actor: 'tracker',
    outcome: 'exhausted',
    attempts: 5,
    errorClass,
    message: 'bad \u001b[31mnews\nin two lines',
    stack: 'at receive',
    failedAtMs: Date.UTC(2026, 0, 5, 12),
  },
  tenant: 'acme',
  eventId: `e${String(offset)}`,
  eventType: 'shipping.package.scanned',
  errorCode: 'HANDLER_FAILED',
  inboxKey: undefined,
  redrives: 0,
})

t.test('what is there is listed and shown', async (t) => {
  t.match(await troupe(['dlq', 'list']), { code: 0, out: 'no dead letters\n', err: '' })
  await insertDeadLetters(database.sql, [letter(1), letter(2), letter(3, 'CardDeclined')])

  const people = await troupe(['dlq', 'list', '--limit', '2'])
  t.equal(people.code, 0)
  const [title, first, second, more] = people.out.split('\n')
  t.match(title, /^ID +FAILED AT +ACTOR +RECORD +KEY +STATE +TRIES +ERROR +MESSAGE$/)
  t.match(
    first,
    /^3 +2026-01-05 12:00:00.000Z +tracker +shipping\/0@3 +k +dead +5 +CardDeclined +bad +\[31mnews in two lines$/,
  )
  t.match(second, /^2 /)
  const cursor = /^more: --cursor (\S+)$/.exec(more ?? '')?.[1] ?? ''
  const programs = await troupe(['dlq', 'list', '--cursor', cursor, '--json'])
  t.match(JSON.parse(programs.out), { letters: [{ id: 1, actor: 'tracker', offset: 1 }], next: null })
  t.match(
    JSON.parse(
      (await troupe(['dlq', 'list', '--error', 'CardDeclined', '--since', '2026-01-05', '--json'])).out,
    ),
    {
      letters: [{ id: 3 }],
    },
  )
  t.match(await troupe(['dlq', 'list', '--since', '1s']), { out: 'no dead letters\n' })

  const shown = await troupe(['dlq', 'show', '1'])
  t.match(shown.out, /message +bad +\[31mnews in two lines\n/)
  t.match(shown.out, /headers:\n {2}event-id: e1\n/)
  t.match(shown.out, /value:\n {2}2 bytes, as hex: 00ff/)
  t.match(JSON.parse((await troupe(['dlq', 'show', '1', '--json'])).out), {
    id: 1,
    valueBytes: 'AP8=',
    headers: [{ name: 'event-id', valueBytes: 'ZTE=' }],
  })
})

t.test('a redrive shows first what it would do, then does it', async (t) => {
  await insertDeadLetters(database.sql, [letter(1), letter(2), letter(3, 'CardDeclined')])
  const preview = await troupe(['dlq', 'redrive', '--error', 'TypeError'])
  t.match(preview, { code: 0, out: /^2 dead letters; 0 of them were redriven too often/ })
  t.match(preview.out, /Nothing was done/)
  t.equal(
    (JSON.parse((await troupe(['dlq', 'list', '--json'])).out) as { letters: object[] }).letters.length,
    3,
  )

  const done = await troupe(['dlq', 'redrive', '--error', 'TypeError', '--yes', '--json', '--by', 'ada'])
  t.equal(done.code, 0, done.err)
  t.match(JSON.parse(done.out), { id: 1, state: 'finished', redriven: 2, createdBy: 'ada' })
  t.match((await troupe(['dlq', 'show', '1'])).out, /receipts:\n.*redriven by cli .* → shipping\/0@\d+\n/)
  t.match(await troupe(['dlq', 'redrive', '3', '--yes']), {
    code: 0,
    out: /campaign 2 is finished: 1 redriven/,
  })
  t.match(await troupe(['dlq', 'redrive', '--yes']), { code: 0, out: /campaign 3 is finished: 0 redriven/ })
  t.match(await troupe(['dlq', 'redrive', '--campaign', '1']), {
    code: 0,
    out: /campaign 1 is finished: 2 redriven/,
  })
})

t.test(
  'a campaign that was interrupted goes on; one can be left to others, looked at and cancelled',
  async (t) => {
    await insertDeadLetters(
      database.sql,
      Array.from({ length: 12 }, (_, nth) => letter(nth)),
    )
    // given one that is interrupted in its second step
    const child = start(['dlq', 'redrive', '--yes', '--rate', '5', '--by', 'ada'])
    const produced = async () =>
      (await database.sql`select 1 from troupe.dead_letter_receipts where outcome = 'redriven'`).length
    await waitUntil('it has begun', async () => (await produced()) > 0, { timeoutMs: 60_000 })
    child.process.kill('SIGINT')
    t.match(await child.answer, {
      code: 0,
      out: /campaign 1 is paused/,
      err: /paused; go on with: troupe dlq redrive --campaign 1/,
    })
    // and one whose process was killed
    await database.sql`update troupe.redrive_campaigns set state = 'running', rate_per_s = 100,
    runner = 'killed', leased_until = clock_timestamp() + interval '1 h'`
    // when somebody goes on with it
    const next = start(['dlq', 'redrive', '--campaign', '1'])
    await waitUntil('it watches', () => next.texts.err.includes('watching it'), { timeoutMs: 60_000 })
    await database.sql`update troupe.redrive_campaigns set leased_until = clock_timestamp()`
    const resumed = await next.answer
    // then each letter was redriven once
    t.match(resumed, {
      code: 0,
      out: /campaign 1 is finished: 12 redriven/,
      err: /another process has campaign 1: watching it/,
    })
    t.equal(await produced(), 12)

    t.match(await troupe(['dlq', 'redrive', '--yes', '--no-wait', '--json', '--by', 'bob']), {
      code: 0,
      out: /"state":"running"/,
    })
    t.match(await troupe(['dlq', 'campaigns']), {
      code: 0,
      out: /^ID +STATE .*\n2 +running .* bob .*\n1 +finished/,
    })
    t.match(await troupe(['dlq', 'campaigns', '2', '--cancel']), { code: 0, out: /^campaign 2 is cancelled/ })
    t.match(await troupe(['dlq', 'campaigns', '2', '--pause']), {
      code: 2,
      err: /campaign 2 is cancelled: it cannot be paused any more/,
    })
    const { out } = await troupe(['dlq', 'campaigns', '1', '--json'])
    t.match(JSON.parse(out), { campaign: { id: 1, redriven: 12 }, receipts: { length: 12 } })
    t.match(await troupe(['dlq', 'campaigns', '1', '--after', '11']), {
      out: /\n12 +12 .*redriven +shipping\/0@/,
    })
  },
)

t.test('a discard needs a reason, and says what it did not find', async (t) => {
  await insertDeadLetters(database.sql, [letter(1), letter(2)])
  t.match(await troupe(['dlq', 'discard', '1']), { code: 2, err: /--reason/ })
  t.match(await troupe(['dlq', 'discard', '1', '--reason', 'test data', '--by', 'ada']), {
    code: 0,
    out: '1 discarded\n',
  })
  t.match(await troupe(['dlq', 'discard', '1', '2', '9', '--reason', 'x']), {
    code: 2,
    out: '1 discarded\n',
    err: /not discarded, since they do not exist or are not dead: 1, 9/,
  })
})

t.test('what is wrong is said in a line, with its exit code', async (t) => {
  const table: readonly (readonly [readonly string[], number, RegExp, NodeJS.ProcessEnv?])[] = [
    [['dlq', 'show', '77'], 2, /there is no dead letter 77/],
    [['dlq', 'show', 'x'], 2, /id is "x"; it must be a whole number/],
    [['dlq', 'list', '--limit', '0'], 2, /--limit is "0"/],
    [['dlq', 'list', '--state', 'gone'], 2, /--state is "gone"; it must be dead, /],
    [['dlq', 'list', '--since', 'yesterday'], 2, /--since is "yesterday"; it must be a time such as/],
    [['dlq', 'list', '--cursor', 'x'], 2, /the cursor "x" is none/],
    [['dlq', 'list', '--colour'], 2, /unknown option '--colour'/],
    [['dlq', 'redrive', '--campaign', '9'], 2, /there is no redrive campaign 9/],
    [['dlq', 'redrive', '3', '--campaign', '9'], 2, /leave out ids and filters/],
    [['dlq', 'campaigns', '9'], 2, /there is no redrive campaign 9; troupe dlq campaigns lists them/],
    [['dlq', 'campaigns', '--cancel'], 2, /name the campaign that is meant/],
    [['dlq', 'redrive', '--rate', '0'], 2, /--rate is "0"/],
    [['dlq'], 2, /Usage: troupe dlq/],
    [['dlq', '--help'], 0, /^$/],
    [['dlq', 'list'], 3, /Postgres cannot serve now/, { DATABASE_URL: 'postgres://127.0.0.1:1/x' }],
  ]
  for (const [args, code, err, env] of table) {
    t.match(await troupe(args, env), { code, err }, args.join(' '))
  }
})
