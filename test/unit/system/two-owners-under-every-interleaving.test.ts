// Two processes that both believe to own a partition, workers that die with their COMMIT on its way, transactions that end
// after they were given up, a Postgres that comes and goes: whatever order it happens in, each record has its effect once,
// those of a lane in order, without an inbox; Kafka is never told more than the rows have; and in the end all is done.

import { mock } from 'node:test'
import fc from 'fast-check'
import t from 'tap'
import type { ProgressStore, Unit } from '../../../runtime/delivery/index.ts'
import { TroupeError } from '../../../runtime/errors.ts'
import type { HandleTask } from '../../../runtime/pool/index.ts'
import { memoryProgressStore } from '../../../runtime/store/index.ts'
import type { TopicPartitionOffset } from '../../../runtime/topic-partition.ts'
import {
  actorNamed,
  groupInMemory,
  offsetsOf,
  settled,
  type InMemoryGroup,
  type Job,
} from '../../harness/group-in-memory.ts'

const partitions = [0, 1]
const actors = [actorNamed('a', 'key', 2, 'postgres'), actorNamed('b', 'partition', 1, 'postgres')]
const commitIntervalMs = 1_000

/** What a step may do; it takes the next number that was drawn for whom it does it to. */
const steps = [
  'append',
  'done',
  'done',
  'done',
  'wait',
  'die',
  'commit and die',
  'end late',
  'end late',
  'tick',
  'tick',
  'pass',
  'pass',
  'give back',
  'steal',
  'steal',
  'hear',
  'go away',
  'come back',
  'come back',
] as const
type Step = (typeof steps)[number]

class World {
  readonly #store = memoryProgressStore()
  readonly #raw = { ...this.#store }
  readonly #groups: InMemoryGroup[] = []
  readonly #ends = new Map(partitions.map((partition) => [partition, 0]))
  /** Whose each partition is, as the group has it; and who believes so. */
  readonly #owner = new Map<number, number>()
  readonly #believed = [new Set<number>(), new Set<number>()]
  readonly #kafka: TopicPartitionOffset[] = []
  /** actor/partition/lane → the offsets whose effects are committed, in that order. */
  readonly #applied = new Map<string, number[]>()
  /** actor/partition → the epoch that was given last. */
  readonly #epochs = new Map<string, number>()
  readonly #tokens: number[] = []
  #away = false
  #busy: Promise<unknown> = Promise.resolve()

  /** `keptBatchBytes`: all batches are kept while workers have them, or none. */
  static async begin(keptBatchBytes: number): Promise<World> {
    const world = new World()
    const guarded =
      <A extends readonly unknown[], R>(method: (...args: A) => Promise<R>) =>
      async (...args: A): Promise<R> => {
        await Promise.resolve()
        if (world.#away) throw new TroupeError('POSTGRES_UNAVAILABLE', 'Postgres is away')
        return await method(...args)
      }
    const { take, begin, advance, read } = world.#raw
    Object.assign(world.#store, {
      take: guarded(async (claims, owner) => {
        const taken = await take(claims, owner)
        for (const { unit, epoch } of taken) world.#epochs.set(placeOf(unit), epoch)
        return taken
      }),
      begin: guarded(begin),
      advance: guarded(advance),
      read: guarded(read),
    } satisfies Partial<ProgressStore>)
    for (const owner of [0, 1]) {
      const group = await groupInMemory(
        actors,
        { commitIntervalMs, keptBatchBytes },
        { store: world.#store, owner: String(owner), onCommit: (task) => world.#apply(task) },
      )
      // A commit of a member that the group has put out is refused.
      group.member.commit = (offsets) => world.#commit(owner, offsets)
      group.member.offsets = (kind, places) =>
        Promise.resolve(
          places.map(({ partition }) => {
            if (kind === 'begin') return 0
            if (kind === 'end') return world.#ends.get(partition) ?? 0
            return world.#kafka.findLast((at) => at.partition === partition)?.offset
          }),
        )
      world.#groups.push(group)
    }
    for (const partition of partitions) await world.#assign(partition, partition)
    return world
  }

  async step(step: Step, draw: number): Promise<void> {
    const nth = draw % 2
    const group = this.#groups[nth]!
    const pick = <T>(of: readonly T[]): T | undefined => of[(draw >>> 1) % Math.max(of.length, 1)]
    const job = pick(group.workers.jobs)
    const partition = pick(partitions) ?? 0
    switch (step) {
      case 'append':
        this.#append(partition, 1 + (draw % 5))
        break
      case 'done':
        if (job) await this.#finish(job)
        break
      case 'wait':
        await job?.waits(this.#tokens.push(0))
        break
      case 'die':
        await job?.dies()
        break
      case 'commit and die':
        if (job && !this.#away) job.commitsUnheard()
        await job?.dies()
        break
      case 'end late':
        // A transaction that was on its way when its work was given up.
        if (!this.#away) pick(group.workers.all.filter(({ ended }) => ended))?.commitsUnheard()
        break
      case 'tick':
        this.#tick()
        break
      case 'pass':
        pick(group.waits.open)?.pass()
        break
      case 'give back':
        if (this.#owner.get(partition) === nth && this.#believed[nth]!.has(partition))
          this.#inTurn(() => this.#giveBack(partition, nth))
        break
      case 'steal':
        if (this.#owner.get(partition) !== nth && !this.#believed[nth]!.has(partition))
          this.#inTurn(() => this.#assign(partition, nth))
        break
      case 'hear':
        this.#hear(nth)
        break
      case 'go away':
        this.#away = true
        break
      case 'come back':
        this.#away = false
        break
      default:
        step satisfies never
    }
    await settled()
    await this.#check()
  }

  /** All is well from now on. */
  async end(): Promise<void> {
    this.#away = false
    for (let rounds = 0; rounds < 400; rounds += 1) {
      for (const nth of [0, 1]) this.#hear(nth)
      for (const partition of partitions)
        if (this.#owner.get(partition) === undefined) this.#inTurn(() => this.#assign(partition, 0))
      for (const { workers, waits } of this.#groups) {
        for (const job of workers.jobs) await this.#finish(job)
        for (const wait of [...waits.open]) wait.pass()
      }
      this.#tick()
      await settled()
      await this.#check()
      if (this.#isAllDone()) return
    }
    throw new Error(
      `it stands still: ${JSON.stringify({
        ends: [...this.#ends],
        owners: [...this.#owner],
        kafka: this.#kafka.slice(-4),
        applied: [...this.#applied].map(([lane, offsets]) => `${lane}: ${offsets.join()}`),
        groups: this.#groups.map(({ run }) => run.status(0)),
      })}`,
    )
  }

  async stop(): Promise<void> {
    await Promise.all(this.#groups.map(({ run }) => run.stop()))
  }

  #append(partition: number, count: number): void {
    this.#ends.set(partition, (this.#ends.get(partition) ?? 0) + count)
    for (const { member } of this.#groups) member.append(partition, count)
  }

  async #finish(job: Job): Promise<void> {
    if (this.#away) await job.waits(this.#tokens.push(0))
    else await job.done()
  }

  #tick(): void {
    for (const { clock } of this.#groups) clock.nowMs += 2 * commitIntervalMs
    mock.timers.tick(commitIntervalMs)
  }

  /** Rebalances of the group follow each other. */
  #inTurn(rebalance: () => Promise<unknown>): void {
    this.#busy = this.#busy.then(rebalance)
  }

  async #assign(partition: number, nth: number): Promise<void> {
    if (this.#believed[nth]!.has(partition)) return
    this.#owner.set(partition, nth)
    this.#believed[nth]!.add(partition)
    const { member } = this.#groups[nth]!
    member.startAt(partition, this.#kafka.findLast((at) => at.partition === partition)?.offset ?? 0)
    await this.#groups[nth]!.assign(partition)
  }

  async #giveBack(partition: number, nth: number): Promise<void> {
    if (this.#owner.get(partition) !== nth || !this.#believed[nth]!.has(partition)) return
    const offsets = await this.#groups[nth]!.revoke(partition)
    this.#commit(nth, offsets)
    this.#believed[nth]!.delete(partition)
    if (this.#owner.get(partition) === nth) this.#owner.delete(partition)
  }

  /** Of all that is not its own any more. */
  #hear(nth: number): void {
    for (const partition of this.#believed[nth]!) {
      if (this.#owner.get(partition) === nth) continue
      this.#believed[nth]!.delete(partition)
      this.#groups[nth]!.run.lost([{ topic: 'orders', partition }])
    }
  }

  #commit(nth: number, offsets: readonly TopicPartitionOffset[]): void {
    this.#kafka.push(...offsets.filter(({ partition }) => this.#owner.get(partition) === nth))
  }

  #apply(task: HandleTask): void {
    const lane = `${placeOf(task.unit)}/${String(task.lane)}`
    if (task.progress?.epoch !== this.#epochs.get(placeOf(task.unit)))
      throw new Error(`${lane}: an owner of before committed`)
    const applied = this.#applied.get(lane) ?? []
    this.#applied.set(lane, applied)
    for (const offset of offsetsOf(task)) {
      if (applied.includes(offset)) throw new Error(`${lane}: ${String(offset)} had its effect twice`)
      if (offset < (applied.at(-1) ?? -1))
        throw new Error(`${lane}: ${String(offset)} after ${String(applied.at(-1))}`)
      applied.push(offset)
    }
  }

  async #check(): Promise<void> {
    for (const { fatal } of this.#groups) if (fatal.length > 0) throw fatal[0]!
    for (const partition of partitions) {
      const told = this.#kafka.findLast((at) => at.partition === partition)?.offset
      if (told === undefined) continue
      const units = actors.map(({ definition }) => ({
        group: 'shop',
        actor: definition.name,
        topic: 'orders',
        partition,
      }))
      for (const row of await this.#raw.read(units)) {
        if (told > (row?.ledger?.frontier ?? 0))
          throw new Error(
            `Kafka was told ${String(told)} of ${String(partition)}, ahead of ${row?.unit.actor ?? '?'}`,
          )
      }
    }
  }

  #isAllDone(): boolean {
    const count = (actor: string, partition: number): number =>
      [...this.#applied]
        .filter(([lane]) => lane.startsWith(`${actor}/${String(partition)}/`))
        .reduce((sum, [, offsets]) => sum + offsets.length, 0)
    return partitions.every(
      (partition) =>
        actors.every(({ definition }) => count(definition.name, partition) === this.#ends.get(partition)) &&
        this.#kafka.findLast((at) => at.partition === partition)?.offset === this.#ends.get(partition),
    )
  }
}

const placeOf = ({ actor, partition }: Unit): string => `${actor}/${String(partition)}`

t.test('seeded runs', async (t) => {
  mock.timers.enable({ apis: ['setInterval'] })
  t.teardown(() => {
    mock.timers.reset()
  })
  const script = fc.array(fc.tuple(fc.constantFrom(...steps), fc.nat(1_000)), {
    minLength: 20,
    maxLength: 120,
  })
  await fc.assert(
    fc.asyncProperty(script, fc.constantFrom(0, 10_000), async (script, keptBatchBytes) => {
      const world = await World.begin(keptBatchBytes)
      try {
        for (const [step, draw] of script) await world.step(step, draw)
        await world.end()
      } finally {
        await world.stop()
      }
    }),
    { numRuns: Number(process.env['TROUPE_RUNS'] ?? 2_000), seed: 20_260_105, endOnFailure: true },
  )
  t.pass('each effect happened once, in order, and nothing stood still')
})
