// A node of several processes is told as one: readiness names the process that lacks something, metrics have a label,
// and each process has a name in its groups that a restart does not change.

import t from 'tap'
import { mergeExpositions } from '../../../runtime/cluster/exposition.ts'
import { instanceIdOf, membershipOf } from '../../../runtime/cluster/membership.ts'
import { readToPrimary, readToProcess, written } from '../../../runtime/cluster/messages.ts'
import { nodeReadiness, type SlotView } from '../../../runtime/cluster/node-readiness.ts'
import { nodeSettings } from '../../../runtime/cluster/node-settings.ts'
import { resolveOptions } from '../../../runtime/config/index.ts'
import type { Readiness } from '../../../runtime/control/index.ts'

const good: readonly Readiness[] = [
  { name: 'process', ready: true, reason: '' },
  { name: 'consumer', ready: true, reason: '' },
]
const view = (number: number, more: Partial<SlotView> = {}): SlotView => ({
  number,
  state: 'running',
  readiness: good,
  unansweredLooks: 0,
  lastEnd: '',
  ...more,
})

t.test('all are ready: the node is', async (t) => {
  t.strictSame(nodeReadiness([view(1), view(2)]), good)
})

t.test('whoever lacks something is named; the same of several is said once', async (t) => {
  const away: Readiness = { name: 'consumer', ready: false, reason: 'not a member' }
  const lacking = { readiness: [good[0]!, away] }
  t.strictSame(nodeReadiness([view(1), view(2, lacking), view(3, lacking)]), [
    good[0],
    { name: 'consumer', ready: false, reason: 'process 2, 3: not a member' },
  ])
})

t.test('a slot without a process that answers is not ready, whatever it said before', async (t) => {
  const cases: readonly (readonly [Partial<SlotView>, RegExp])[] = [
    [{ state: 'waiting', lastEnd: 'SIGKILL' }, /2: it ended and starts again: SIGKILL/],
    [{ state: 'stopping' }, /2: stopping/],
    [{ state: 'free' }, /2: no process/],
    [{ state: 'closed' }, /2: no process/],
    [
      { state: 'starting', readiness: undefined, lastEnd: 'exit code 3' },
      /2: starting; the one before: exit code 3/,
    ],
    [{ unansweredLooks: 5 }, /2: it does not answer/],
  ]
  for (const [more, reason] of cases) {
    const [process] = nodeReadiness([view(1), view(2, more)])
    t.match(process, { name: 'process', ready: false, reason })
  }
  t.match(nodeReadiness([view(1, { unansweredLooks: 4 })]), good, 'a busy one is')
})

t.test('metrics of several processes are one exposition', async (t) => {
  const one = [
    '# HELP records_total Records, "all" of them.',
    '# TYPE records_total counter',
    'records_total{topic="a b {c}"} 5',
    '# HELP took_seconds Time.',
    '# TYPE took_seconds histogram',
    'took_seconds_bucket{le="+Inf"} 2',
    'took_seconds_sum 0.5',
    'took_seconds_count 2',
    'bare 1 1700000000000',
    '',
  ].join('\n')
  const two = one.replace(' 5', ' 7').replaceAll('Time.', 'Time, of a newer version.')
  t.equal(
    mergeExpositions([
      { slot: '1', text: one },
      { slot: '2', text: two },
    ]),
    [
      '# HELP records_total Records, "all" of them.',
      '# TYPE records_total counter',
      'records_total{slot="1",topic="a b {c}"} 5',
      'records_total{slot="2",topic="a b {c}"} 7',
      '# HELP took_seconds Time.',
      '# TYPE took_seconds histogram',
      'took_seconds_bucket{slot="1",le="+Inf"} 2',
      'took_seconds_sum{slot="1"} 0.5',
      'took_seconds_count{slot="1"} 2',
      'took_seconds_bucket{slot="2",le="+Inf"} 2',
      'took_seconds_sum{slot="2"} 0.5',
      'took_seconds_count{slot="2"} 2',
      'bare{slot="1"} 1 1700000000000',
      'bare{slot="2"} 1 1700000000000',
      '',
    ].join('\n'),
  )
  t.equal(mergeExpositions([{ slot: '1', text: '# metrics are off\n' }]), '')
  t.equal(mergeExpositions([]), '')
  t.equal(
    mergeExpositions([
      { slot: '1', text: '# HELP a A.\n# TYPE a gauge\n' },
      { slot: '2', text: '# HELP a A.\n# TYPE a gauge\na 1' },
    ]),
    '# HELP a A.\n# TYPE a gauge\na{slot="2"} 1\n',
    'a series that only one has',
  )
})

t.test('a static member is named after node and slot, a dynamic one not at all', async (t) => {
  const named = (env: Readonly<Record<string, string>>, slot = 2) =>
    instanceIdOf(resolveOptions({}, env), 'host-1', slot)
  t.equal(named({ PROCESSES: '2' }), undefined)
  t.equal(named({ PROCESSES: '2', KAFKA_STATIC_MEMBERSHIP: 'true' }), 'host-1.2')
  t.equal(named({ PROCESSES: '2', KAFKA_STATIC_MEMBERSHIP: 'true', NODE_NAME: 'n' }), 'n.2')
  t.equal(named({ PROCESSES: '2', KAFKA_GROUP_INSTANCE_ID: 'ns.pod-0', NODE_NAME: 'n' }), 'ns.pod-0.2')
  t.equal(named({ KAFKA_STATIC_MEMBERSHIP: 'true' }, 1), 'host-1')
  t.equal(named({ KAFKA_GROUP_INSTANCE_ID: 'as it is' }, 1), 'as it is')
  t.throws(() => named({ KAFKA_STATIC_MEMBERSHIP: 'true', NODE_NAME: 'my node' }), {
    code: 'CONFIG_INVALID',
    message: /"my node".*NODE_NAME/,
  })
  t.equal(membershipOf(resolveOptions({}, { KAFKA_GROUP_INSTANCE_ID: 'x' })), 'static')
  t.throws(
    () =>
      nodeSettings(resolveOptions({}, { PROCESSES: '10', KAFKA_GROUP_INSTANCE_ID: 'x'.repeat(247) }), 'h', 1),
    { code: 'CONFIG_INVALID' },
    'the longest name is looked at before anything runs',
  )
})

t.test('cores are shared out among processes, unless threads are told', async (t) => {
  const env = (given: Readonly<Record<string, string>>, cores: number) =>
    nodeSettings(resolveOptions({}, given), 'h', cores).env(1)
  t.match(env({ PROCESSES: '3' }, 8), { WORKER_THREADS: '2', TROUPE_SLOT: '1' })
  t.match(env({ PROCESSES: '3' }, 2), { WORKER_THREADS: '1' })
  t.notOk('WORKER_THREADS' in env({ PROCESSES: '3', WORKER_THREADS: '5' }, 2))
})

t.test('messages of others, and of versions to come, are passed over', async (t) => {
  const running = written({ kind: 'running' })
  t.equal(readToPrimary(running), running)
  for (const message of [
    undefined,
    null,
    'x',
    {},
    { kind: 'running' },
    { ...running, troupe: 2 },
    { ...running, kind: 'constructor' },
  ])
    t.equal(readToPrimary(message), undefined)
  t.equal(readToProcess(running), undefined)
  t.ok(readToProcess(written({ kind: 'look', ask: 1 })))
})
