// A node keeps as many consumer processes as it is told to: what ends is replaced in its slot, what goes wrong for ever
// ends the node, and no process outlives its primary. With real forks of processes that need no Kafka.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { NodeBounds } from '../../runtime/cluster/node-settings.ts'
import { exitCodes } from '../../runtime/process/index.ts'
import { hasEnded } from '../harness/has-ended.ts'
import { TroupeProcess, type LogLine } from '../harness/troupe-process.ts'
import { waitUntil } from '../harness/wait-until.ts'

/** A node of trivial processes, and what one sees of it: its log, and the table of processes. */
class TrivialNode {
  readonly primary: TroupeProcess
  readonly #folder: string

  static start(
    t: Test,
    {
      env = {},
      bounds = {},
      told = [],
    }: {
      readonly env?: Readonly<Record<string, string>>
      readonly bounds?: Partial<NodeBounds>
      /** See trivial-process.ts. */
      readonly told?: readonly string[]
    } = {},
  ): TrivialNode {
    const folder = mkdtempSync(join(tmpdir(), 'troupe-node-'))
    for (const each of told) writeFileSync(join(folder, each), '')
    const node = new TrivialNode(folder, {
      PATH: process.env['PATH'],
      PROCESSES: '2',
      TELEMETRY_ENABLED: 'false',
      ...env,
      TRIVIAL_FOLDER: folder,
      BOUNDS: JSON.stringify(bounds),
    })
    t.teardown(async () => {
      node.primary.kill('SIGKILL')
      for (const pid of node.everyPid()) if (!hasEnded(pid)) process.kill(pid, 'SIGKILL')
      if (!t.passing()) t.comment(node.primary.tail(40))
      rmSync(folder, { recursive: true, force: true })
    })
    return node
  }

  private constructor(folder: string, env: NodeJS.ProcessEnv) {
    this.#folder = folder
    this.primary = new TroupeProcess('node', 'test/harness/cluster/trivial-node.ts', env, folder)
  }

  async untilAllRun(): Promise<void> {
    await this.primary.says('all processes run')
  }

  tell(what: string): void {
    writeFileSync(join(this.#folder, what), '')
  }

  untell(what: string): void {
    rmSync(join(this.#folder, what))
  }

  /** Of all processes that were started in the slot, in this order. */
  pidsOf(slot: number): readonly number[] {
    return this.primary
      .lines('process started')
      .filter((line) => line['slot'] === slot)
      .map(({ childPid }) => Number(childPid))
  }

  pidOf(slot: number): number {
    return this.pidsOf(slot).at(-1) ?? 0
  }

  /** The log's line about the last process that ended in the slot. */
  endOf(slot: number): LogLine | undefined {
    return this.primary.lines('process ended').findLast((line) => line['slot'] === slot)
  }

  everyPid(): readonly number[] {
    return this.primary.lines('process started').map(({ childPid }) => Number(childPid))
  }

  /** A process other than `before` runs in the slot. */
  async untilReplaced(slot: number, before: number): Promise<void> {
    await waitUntil(`another process runs in slot ${String(slot)}`, () =>
      this.primary.lines('running').some(({ pid }) => pid === this.pidOf(slot) && pid !== before),
    )
  }

  async untilEnded(): Promise<number | null> {
    await waitUntil('the primary has ended', () => this.primary.ended)
    return this.primary.exitCode
  }

  async untilNobodyIsLeft(): Promise<void> {
    await waitUntil('no process of the node is left', () => this.everyPid().every(hasEnded))
  }

  allLines(): readonly LogLine[] {
    return this.primary.lines(/./)
  }
}

t.test('a process that is killed is replaced in its slot; the others never notice', async (t) => {
  // given
  const env = { KAFKA_STATIC_MEMBERSHIP: 'true', NODE_NAME: 'here' }
  const node = TrivialNode.start(t, { env })
  await node.untilAllRun()
  const [first, second] = [node.pidOf(1), node.pidOf(2)]
  // when
  process.kill(second, 'SIGKILL')
  await node.untilReplaced(2, second)
  // then
  t.equal(node.pidOf(1), first)
  t.match(node.primary.lines(/starts again/), [{ slot: 2, msg: /process 2 ended with SIGKILL/ }])
  const names = node.primary.lines('at work').map(({ slot, instance }) => [slot, instance])
  t.strictSame(names.toSorted(), [
    [1, 'here.1'],
    [2, 'here.2'],
    [2, 'here.2'],
  ])
  node.primary.kill('SIGTERM')
  t.equal(await node.untilEnded(), exitCodes.stopped)
  t.strictSame(
    node.primary.lines('process ended').map(({ asked }) => asked),
    [false, true, true],
  )
  await node.untilNobodyIsLeft()
})

t.test(
  'a crash loop uses up the budget: the node ends with 4 and says why, and nobody is left',
  async (t) => {
    // given: one that never gets through its start, beside one that runs well
    const node = TrivialNode.start(t, { env: { PROCESS_RESTARTS: '2' }, told: ['crash-2'] })
    // when
    const exitCode = await node.untilEnded()
    // then
    t.equal(exitCode, exitCodes.fatal)
    t.equal(node.pidsOf(2).length, 3, 'the first, and two restarts')
    t.match(node.primary.lines(/^stopping: process 2/), [
      { msg: /exit code 1.*2 restarts within 600 s used up/, error: { code: 'RESTARTS_USED_UP' } },
    ])
    t.match(
      node.primary.lines('process ended').at(-1),
      { slot: 1, asked: true },
      'the other was asked to stop',
    )
    await node.untilNobodyIsLeft()
  },
)

t.test('a wrong configuration ends the node at once, with 2 and the words of the process', async (t) => {
  const node = TrivialNode.start(t, { told: ['wrong-1', 'wrong-2'] })
  t.equal(await node.untilEnded(), exitCodes.misconfigured)
  t.match(node.primary.lines(/^stopping: process/), [{ msg: /it was told to be wrong/ }])
  t.strictSame(node.primary.lines(/starts again/), [])
  await node.untilNobodyIsLeft()
})

t.test('options that are wrong, and a port that is taken, start nothing', async (t) => {
  const wrong = TrivialNode.start(t, { env: { KAFKA_STATIC_MEMBERSHIP: 'true', NODE_NAME: 'two words' } })
  t.equal(await wrong.untilEnded(), exitCodes.misconfigured)
  const first = TrivialNode.start(t, { env: { TELEMETRY_ENABLED: 'true' } })
  const { port } = new URL(String((await first.primary.says('serving telemetry'))['url']))
  const second = TrivialNode.start(t, { env: { TELEMETRY_ENABLED: 'true', TELEMETRY_PORT: port } })
  t.equal(await second.untilEnded(), exitCodes.misconfigured)
  t.match(second.allLines().at(-1), { msg: /TELEMETRY_PORT/ })
  t.strictSame([...wrong.everyPid(), ...second.everyPid()], [])
})

t.test(
  'a process that hangs when it is told to stop is killed after its time, and the node ends',
  async (t) => {
    const node = TrivialNode.start(t, { told: ['deaf-1'], bounds: { stopTimeoutMs: 500 } })
    await node.untilAllRun()
    node.primary.kill('SIGTERM')
    t.equal(await node.untilEnded(), exitCodes.stopTimedOut)
    t.ok(node.primary.lines(/did not stop in time/).some(({ slot }) => slot === 1))
    t.match(node.endOf(1), { by: 'SIGKILL', asked: true })
    await node.untilNobodyIsLeft()
  },
)

t.test('a stop has one process down at a time; a second signal hastens it', async (t) => {
  // given: the one that is told first does not end, and nothing is due for hours
  const hours = 36e5
  const bounds = { oneByOneMs: hours, stopTimeoutMs: hours, hastenedMs: 300 }
  const node = TrivialNode.start(t, { told: ['deaf-2'], bounds, env: { DRAIN_TIMEOUT_MS: '200000' } })
  await node.untilAllRun()
  // when
  node.primary.kill('SIGTERM')
  await waitUntil('slot 2 was told', () =>
    node.primary.lines('stopping on SIGTERM').some(({ slot }) => slot === 2),
  )
  t.notOk(
    node.primary.lines('stopping on SIGTERM').some(({ slot }) => slot === 1),
    'the other waits for it',
  )
  await waitUntil(
    'the second signal is heard',
    () => {
      node.primary.kill('SIGTERM')
      return node.primary.lines(/SIGTERM again/).length > 0
    },
    { everyMs: 100 },
  )
  // then
  t.equal(await node.untilEnded(), exitCodes.stopTimedOut)
  t.match(node.endOf(2), { by: 'SIGKILL' })
  t.match(node.endOf(1), { asked: true })
  await node.untilNobodyIsLeft()
})

t.test('static members stop together: one that hangs holds up nobody', async (t) => {
  const hours = 36e5
  const env = { KAFKA_GROUP_INSTANCE_ID: 'here', DRAIN_TIMEOUT_MS: '0' }
  const node = TrivialNode.start(t, {
    told: ['deaf-2'],
    env,
    bounds: { oneByOneMs: hours, stopTimeoutMs: hours },
  })
  await node.untilAllRun()
  node.primary.kill('SIGINT')
  await waitUntil('slot 1 ended though slot 2 has not', () =>
    node.primary.lines('process ended').some(({ slot }) => slot === 1),
  )
  t.equal(await node.untilEnded(), exitCodes.stopTimedOut, 'the process cut itself off')
})

t.test('the primary is killed: its processes stop by themselves, in order', async (t) => {
  const node = TrivialNode.start(t, { env: { PROCESSES: '3' } })
  await node.untilAllRun()
  await node.primary.stop('SIGKILL')
  await node.untilNobodyIsLeft()
  t.equal(node.primary.lines('stopping: its primary is gone').length, 3)
})

t.test('a rolling restart replaces all, with one process down at a time', async (t) => {
  // given
  const node = TrivialNode.start(t, { env: { PROCESSES: '3' } })
  await node.untilAllRun()
  const before = [1, 2, 3].map((slot) => node.pidOf(slot))
  // when: told twice, and once is meant
  node.primary.kill('SIGHUP')
  await node.primary.says('restarting all processes, one at a time')
  node.primary.kill('SIGHUP')
  await node.primary.says('all processes were restarted')
  // then
  const after = [1, 2, 3].map((slot) => node.pidOf(slot))
  t.equal(new Set([...before, ...after]).size, 6)
  t.equal(node.everyPid().length, 6)
  t.ok(leastRunning(node.allLines(), 3) >= 2, 'two of three ran at any time')
  t.strictSame(node.primary.lines(/starts again/), [], 'it uses no budget')
  // when: those who hear a hang-up themselves
  process.kill(node.pidOf(1), 'SIGHUP')
  node.primary.kill('SIGTERM')
  t.equal(await node.untilEnded(), exitCodes.stopped)
})

/** How few ran at once, from when all did for the first time. */
const leastRunning = (lines: readonly LogLine[], all: number): number => {
  const running = new Set<unknown>()
  let least = all
  let begun = false
  for (const { msg, pid } of lines) {
    if (msg === 'running') running.add(pid)
    if (msg === 'stopping on SIGTERM') running.delete(pid)
    begun ||= running.size === all
    if (begun) least = Math.min(least, running.size)
  }
  return least
}

t.test('a rolling restart that meets a process which does not start ends there', async (t) => {
  const node = TrivialNode.start(t, { env: { PROCESSES: '3' } })
  await node.untilAllRun()
  const third = node.pidOf(3)
  node.tell('crash-2')
  node.primary.kill('SIGHUP')
  t.match(await node.primary.says(/^the rolling restart is given up/), { msg: /process 2/ })
  t.equal(node.pidOf(3), third, 'the rest stays as it is')
  node.untell('crash-2')
  await waitUntil('and slot 2 comes back by itself', () =>
    node.primary.lines('running').some(({ pid }) => pid === node.pidOf(2)),
  )
  t.notOk(hasEnded(third))
})

t.test('a process that is frozen, or says that it is not alive, is killed and replaced', async (t) => {
  const node = TrivialNode.start(t, { bounds: { unwellMs: 5_000 }, env: { PROCESS_RESTARTS: '100' } })
  await node.untilAllRun()
  const [first, second] = [node.pidOf(1), node.pidOf(2)]
  process.kill(first, 'SIGSTOP')
  await node.untilReplaced(1, first)
  t.match(node.primary.lines(/^ending the process/)[0], { slot: 1, msg: /does not answer/ })
  node.tell('sick-2')
  await waitUntil('the sick one is ended', () => hasEnded(second))
  node.untell('sick-2')
  await node.untilReplaced(2, second)
  t.ok(node.primary.lines(/told to be sick/).length > 0)
})

t.test('a process that outgrows its memory is stopped in order and replaced', async (t) => {
  const node = TrivialNode.start(t, { env: { PROCESS_MEMORY_BYTES: '1000', PROCESS_RESTARTS: '3' } })
  await waitUntil('one is replaced', () => node.everyPid().length > 2)
  t.match(node.primary.lines(/^ending the process/)[0], { msg: /above PROCESS_MEMORY_BYTES \(1000\)/ })
  t.match(node.primary.lines('process ended')[0], { by: 'exit code 0', asked: false })
  t.equal(await node.untilEnded(), exitCodes.fatal, 'a limit that nobody can keep uses up the budget')
})

t.test('one port answers for all: readiness names who is missing, metrics say whose they are', async (t) => {
  // given
  const node = TrivialNode.start(t, { env: { TELEMETRY_ENABLED: 'true' } })
  const { url } = await node.primary.says('serving telemetry')
  const ask = async (path: string) => {
    const response = await fetch(`${String(url)}${path}`)
    return { status: response.status, body: await response.text() }
  }
  t.match(await ask('/livez'), { status: 200 }, 'from the first moment')
  await node.untilAllRun()
  await waitUntil('it is ready', async () => (await ask('/readyz')).status === 200)
  // when
  const body = await waitUntil('both processes answer a scrape', async () => {
    const told = (await ask('/metrics')).body
    return told.match(/^troupe_process_up\{slot="[12]"\} 1$/gm)?.length === 2 ? told : undefined
  })
  // then
  for (const slot of ['1', '2'])
    t.match(body, new RegExp(`\nprocess_resident_memory_bytes\\{slot="${slot}"\\} \\d`))
  t.equal(body.match(/^# TYPE process_resident_memory_bytes /gm)?.length, 1)
  // when
  node.tell('crash-2')
  process.kill(node.pidOf(2), 'SIGKILL')
  await waitUntil('it is not ready', async () => (await ask('/readyz')).status === 503)
  // then
  t.match((await ask('/readyz')).body, /process 2: /)
  t.match((await ask('/metrics')).body, '\ntroupe_process_up{slot="2"} 0\n')
  t.match(await ask('/livez'), { status: 200 }, 'which is no reason to end the whole node')
  // when: a frozen one must not hold up who asks
  process.kill(node.pidOf(1), 'SIGSTOP')
  t.match((await ask('/metrics')).body, '\ntroupe_process_up{slot="1"} 0\n')
})
