// What /metrics of a runtime and the operators' API say was handled is what was produced, to the record: outcomes, retries,
// dead letters, end, frontier and lag, while a record is held up and when all is finished.

import t from 'tap'
import { issueApiKey } from '../../control-plane/auth/api-key.ts'
import { migrate, openDatabase } from '../../runtime/store/index.ts'
import { parsePrometheus, sumOf } from '../harness/prometheus-text.ts'
import { skipWithoutTrialServices, Trial, type Happening } from '../harness/scenario/index.ts'
import { TelemetryOf } from '../harness/telemetry-of.ts'
import { TroupeProcess } from '../harness/troupe-process.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { ThingDescribed } from './schemas/things.ts'

const skip = await skipWithoutTrialServices()

const things = (kind: string, count: number, rest: Partial<Happening> = {}): readonly Happening[] =>
  Array.from({ length: count }, (_, n) => ({ thing: `${kind}-${String(n % 4)}`, n, partition: 0, ...rest }))

const attempts = 3
const healthy = things('healthy', 40)
const retried = [...things('stumbles', 5, { failures: 1 }), ...things('stumbles-twice', 3, { failures: 2 })]
const exhausted = things('falls', 2, { failures: 9 })
const refused = things('refused', 6)
const behindTheHeld = things('behind', 20, { thing: 'held', partition: 1 })

const expected = {
  applied: healthy.length + retried.length + 1 + behindTheHeld.length,
  duplicate: 7,
  redelivered: 0,
  rejected: refused.length,
  undecodable: 3,
  exhausted: exhausted.length,
  skipped: 4,
}
const total = Object.values(expected).reduce((sum, count) => sum + count, 0)
const retries = 5 * 1 + 3 * 2 + exhausted.length * (attempts - 1)
const deadLetters = expected.rejected + expected.undecodable + expected.exhausted

interface Shown {
  readonly group: {
    readonly liveMembers: number
    readonly lagRecords: number | null
    readonly lagMs: number | null
    readonly outcomes: Readonly<Record<string, number>>
    readonly partitions: {
      readonly nodes: readonly {
        readonly partition: number
        readonly hold: string
        readonly frontier: number | null
        readonly end: number | null
        readonly lagRecords: number | null
        readonly lagMs: number | null
        readonly process: { readonly nodeName: string; readonly pid: number } | null
      }[]
    }
  } | null
  readonly actors: {
    readonly nodes: readonly { readonly name: string; readonly outcomes: Readonly<Record<string, number>> }[]
  }
  readonly outcomes: {
    readonly nodes: readonly { readonly partition: number; readonly outcomes: { readonly total: number } }[]
  }
  readonly nodes: {
    readonly nodes: readonly {
      readonly name: string
      readonly processes: readonly {
        readonly pid: number | null
        readonly kind: string
        readonly liveness: string
        readonly readiness: { readonly ready: boolean } | null
      }[]
    }[]
  }
  readonly lastErrors: readonly {
    readonly outcome: string | null
    readonly topic: string | null
    readonly offset: number | null
  }[]
}

const counts = 'applied duplicate redelivered rejected undecodable exhausted skipped total retries'
const query = `query ($group: ID!, $groupName: String!) {
  group(name: $group) {
    liveMembers lagRecords lagMs outcomes { ${counts} }
    partitions { nodes { partition hold frontier end lagRecords lagMs process { nodeName pid } } }
  }
  actors(group: $groupName) { nodes { name outcomes { ${counts} } } }
  outcomes(group: $groupName, actor: "mixed") { nodes { partition outcomes { total } } }
  nodes(first: 100) { nodes { name processes { pid kind liveness readiness { ready } } } }
  lastErrors(group: $groupName, first: 100) { outcome topic offset }
}`

t.test('a known mix of records', { skip }, async (t) => {
  // given
  const databaseUrl = process.env['DATABASE_URL'] ?? ''
  await migrate({ url: databaseUrl })
  const { sql, close } = openDatabase({ url: databaseUrl })
  t.teardown(close)
  const { key } = await issueApiKey(sql, { role: 'viewer', name: 'a scenario' })
  const trial = await Trial.begin(t, {
    partitions: 2,
    env: {
      ACTORS_DIR: 'test/scenario/mixed-actors',
      STATUS_INTERVAL_MS: '200',
      NODE_NAME: 'node-of-the-mix',
    },
  })
  const controlPlane = new TroupeProcess(
    'control-plane',
    'control-plane/main.ts',
    {
      ...process.env,
      NODE_OPTIONS: '',
      DATABASE_URL: databaseUrl,
      KAFKA_ENABLED: 'false',
      PUBLIC_API_PORT: '0',
    },
    trial.folder,
  )
  t.teardown(() => controlPlane.stop())
  const consumer = await trial.start('consumer')
  const { url } = await controlPlane.says("the operators' API is up")
  const telemetry = await TelemetryOf.of(consumer)

  const shown = async (): Promise<Shown> => {
    const response = await fetch(String(url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: JSON.stringify({ query, variables: { group: trial.group, groupName: trial.group } }),
    })
    const { data, errors } = (await response.json()) as { data: Shown; errors?: unknown }
    if (errors !== undefined) throw new Error(JSON.stringify(errors))
    return data
  }
  const metric = async (name: string, labels: Readonly<Record<string, string>> = {}) =>
    sumOf(parsePrometheus(await telemetry.metrics()), name, { group: trial.group, ...labels })
  const partitionOf = async (partition: number) =>
    (await shown()).group?.partitions.nodes.find((node) => node.partition === partition)
  /** What both say of a partition. */
  const both = async (partition: number) => {
    const of = { topic: trial.topic, partition: String(partition) }
    const node = await partitionOf(partition)
    return {
      shown: [node?.frontier, node?.end, node?.lagRecords],
      metrics: [
        await metric('troupe_partition_frontier', of),
        await metric('troupe_partition_end', of),
        await metric('troupe_lag_records', of),
      ],
    }
  }
  const untilBoth = (why: string, partition: number, wanted: readonly number[]) =>
    waitUntil(why, async () => {
      const { shown, metrics } = await both(partition)
      return JSON.stringify([shown, metrics]) === JSON.stringify([wanted, wanted])
    }).catch(async (error: unknown) => {
      t.fail(`${why}: ${JSON.stringify(await both(partition))}`)
      throw error
    })

  // when: one record is held up, with others behind it; the mix goes by in the other partition
  const { producer } = trial
  const [held] = await producer.publish([{ thing: 'held', n: 100, partition: 1, gate: 'held' }])
  await producer.publish(behindTheHeld)
  await producer.publish([...healthy, ...retried, ...exhausted, ...refused])
  await producer.publish(healthy.slice(0, expected.duplicate))
  await producer.publishRaw(
    Array.from({ length: expected.undecodable }, (_, n) => ({
      key: 'unreadable',
      value: Buffer.from(`no Avro ${String(n)}`),
      partition: 0,
    })),
  )
  await producer.schemaIdOf(ThingDescribed)
  await producer.publishRaw(
    Array.from({ length: expected.skipped }, () => ({
      key: 'of no interest',
      value: Buffer.from('whatever'),
      headers: [['event-type', ThingDescribed.name]] as const,
      partition: 0,
    })),
  )
  const sizes = [0, 1].map(
    (partition) => producer.published.filter((at) => at.partition === partition).length,
  )
  const [all0 = 0, all1 = 0] = sizes
  t.equal(all0 + all1, total)

  // then: what is finished is finished, and what is held up is the lag
  await untilBoth('the mix is finished', 0, [all0, all0, 0])
  await untilBoth('the held record is the frontier', 1, [held?.offset ?? -1, all1, all1])
  const during = await shown()
  t.match(during.group, { liveMembers: 1, lagRecords: all1 })
  t.ok((during.group?.lagMs ?? 0) > 0, `lag in time: ${String(during.group?.lagMs)} ms`)
  t.equal(during.group?.lagMs, during.group?.partitions.nodes[1]?.lagMs)
  t.match(during.group?.partitions.nodes, [
    { hold: 'HELD', lagMs: 0, process: { nodeName: 'node-of-the-mix', pid: consumer.pid } },
    { hold: 'HELD' },
  ])

  // when
  trial.witness.openGate('held')
  await trial.untilAllCommitted()

  // then: end, frontier, lag
  for (const [partition, size] of sizes.entries()) {
    await untilBoth(`partition ${String(partition)} is finished`, partition, [size, size, 0])
  }
  t.same(await trial.committed(), sizes, 'as Kafka has it')
  const after = await shown()
  t.match(after.group, { lagRecords: 0, lagMs: 0 })

  // then: what became of them
  const summed = { ...expected, total, retries }
  t.same(after.group?.outcomes, summed, "the group's outcomes")
  t.same(after.actors.nodes, [{ name: 'mixed', outcomes: summed }], "the actor's")
  t.same(
    after.outcomes.nodes.map(({ partition, outcomes }) => [partition, outcomes.total]),
    [...sizes.entries()],
    'by partition',
  )
  for (const [outcome, count] of Object.entries(expected)) {
    t.equal((await metric('troupe_records_total', { outcome })) ?? 0, count, `metrics: ${outcome}`)
  }
  t.equal(await metric('troupe_records_total'), total, 'metrics: all records')
  t.equal(await metric('troupe_retries_total'), retries, 'metrics: retries')
  t.equal(await metric('troupe_dead_letters_total'), deadLetters, 'metrics: dead letters')
  t.equal((await trial.deadLetters()).length, deadLetters, 'dead letters on their topic')
  t.ok(
    after.lastErrors.some(({ outcome, topic }) => outcome === 'rejected' && topic === trial.topic),
    `the last errors: ${JSON.stringify(after.lastErrors).slice(0, 300)}`,
  )
  t.match(
    after.nodes.nodes
      .find(({ name }) => name === 'node-of-the-mix')
      ?.processes.find(({ pid }) => pid === consumer.pid),
    { kind: 'RUNTIME', liveness: 'LIVE', readiness: { ready: true } },
  )

  // when, then: it stops, says so, and its counts stay
  await consumer.stop()
  const stopped = await waitUntil('it is shown as stopped', async () => {
    const now = await shown()
    const its = now.nodes.nodes.flatMap(({ processes }) => processes).find(({ pid }) => pid === consumer.pid)
    return its?.liveness === 'STOPPED' ? now : undefined
  })
  t.match(stopped.group, { liveMembers: 0, outcomes: summed })
})
