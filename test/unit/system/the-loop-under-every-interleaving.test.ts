// Whatever order workers, brokers, waits and rebalances answer in: no offset is committed before it is handled, a
// lane's records are never in two hands at once, and in the end every record is handled.

import fc from 'fast-check'
import t from 'tap'
import { TroupeError } from '../../../runtime/errors.ts'
import {
  actorNamed,
  groupInMemory,
  offsetsIn,
  settled,
  type InMemoryGroup,
  type Job,
} from '../../harness/group-in-memory.ts'

const partitions = [0, 1]
const actors = [actorNamed('a', 'key', 2), actorNamed('b', 'partition', 1), actorNamed('c', 'none', 3)]

/** What a step may do; it takes the next number that was drawn for whom it does it to. */
const steps = [
  'append',
  'done',
  'done',
  'done',
  'retry',
  'produce',
  'wait',
  'die',
  'acknowledge',
  'refuse',
  'pass',
  'pass',
  'revoke',
  'assign',
  'lose',
] as const
type Step = (typeof steps)[number]

class Trial {
  readonly #group: InMemoryGroup
  /** actor/partition → what it handled. */
  readonly #handled = new Map<string, Set<number>>()
  /** token → the task that a resumed one goes on with. */
  readonly #tokens: Job[] = []
  readonly #ends = new Map(partitions.map((partition) => [partition, 0]))
  readonly #owned = new Set<number>()
  readonly #committed = new Map<number, number>()
  #revoking: Promise<void> = Promise.resolve()
  #revokesOpen = 0

  constructor(group: InMemoryGroup) {
    this.#group = group
  }

  async step(step: Step, draw: number): Promise<void> {
    const { workers, produced, waits } = this.#group
    const pick = <T>(of: readonly T[]): T | undefined => of[draw % Math.max(of.length, 1)]
    const job = pick(workers.jobs)
    const partition = pick(partitions) ?? 0
    switch (step) {
      case 'append':
        this.#append(partition, 1 + (draw % 5))
        break
      case 'done':
        if (job) await this.#finish(job)
        break
      case 'retry':
        if (job?.task.kind === 'handle') await this.#retry(job)
        break
      case 'produce':
        await job?.produces(this.#tokenOf(job))
        break
      case 'wait':
        await job?.waits(this.#tokenOf(job))
        break
      case 'die':
        await job?.dies()
        break
      case 'acknowledge':
        pick(produced)?.resolve()
        break
      case 'refuse':
        pick(produced)?.reject(new TroupeError('PRODUCE_FAILED', 'away'))
        break
      case 'pass':
        pick(waits.open)?.pass()
        break
      case 'revoke':
        if (this.#owned.has(partition)) this.#revoke(partition)
        break
      case 'assign':
        await this.#assign(partition)
        break
      case 'lose':
        if (this.#owned.delete(partition)) this.#group.run.lost([{ topic: 'orders', partition }])
        break
      default:
        step satisfies never
    }
    await settled()
    this.#check()
  }

  /** Everything answers well from now on. */
  async end(): Promise<void> {
    for (let rounds = 0; rounds < 500; rounds += 1) {
      for (const partition of partitions) await this.#assign(partition)
      for (const waiting of this.#group.produced) waiting.resolve()
      for (const job of this.#group.workers.jobs) await this.#finish(job)
      await this.#group.waits.passAll()
      this.#check()
      if (partitions.every((partition) => this.#stands(partition) === this.#ends.get(partition))) return
    }
    throw new Error(`it stands still at ${JSON.stringify(this.#group.run.assignments())}`)
  }

  /** Nothing delivered yet: where it began. */
  #stands(partition: number): number {
    return this.#group.frontier(partition) ?? this.#committed.get(partition) ?? 0
  }

  #append(partition: number, count: number): void {
    this.#ends.set(partition, (this.#ends.get(partition) ?? 0) + count)
    this.#group.member.append(partition, count)
  }

  async #finish(job: Job): Promise<void> {
    const task = job.task.kind === 'resume' ? this.#tokens[job.task.token] : job
    if (task === undefined) throw new Error('a token that nobody gave was resumed')
    for (const offset of task.offsets) this.#of(task.handle.actor, task.handle.unit.partition).add(offset)
    await job.done()
  }

  async #retry(job: Job): Promise<void> {
    const all = offsetsIn(job.handle.batch)
    const { offsets } = job
    const [first, ...rest] =
      job.handle.records ?? offsets.map((offset) => ({ index: all.indexOf(offset), attempt: 1 }))
    for (const { index } of rest) this.#of(job.handle.actor, job.handle.unit.partition).add(all[index] ?? -1)
    if (first !== undefined) await job.retries({ ...first, attempt: first.attempt + 1, afterMs: 10 })
  }

  #tokenOf(job: Job): number {
    return job.task.kind === 'resume' ? job.task.token : this.#tokens.push(job) - 1
  }

  #revoke(partition: number): void {
    this.#owned.delete(partition)
    // One rebalance after the other, as the consumer has them.
    this.#revokesOpen += 1
    this.#revoking = this.#revoking.then(async () => {
      this.#commit(await this.#group.revoke(partition))
      this.#revokesOpen -= 1
    })
  }

  async #assign(partition: number): Promise<void> {
    if (this.#owned.has(partition)) return
    while (this.#revokesOpen > 0) {
      for (const job of this.#group.workers.jobs) await this.#finish(job)
      for (const waiting of this.#group.produced) waiting.resolve()
      await this.#group.waits.passAll()
    }
    await this.#revoking
    this.#owned.add(partition)
    this.#group.member.startAt(partition, this.#committed.get(partition) ?? 0)
    await this.#group.assign(partition)
  }

  #commit(offsets: readonly { readonly partition: number; readonly offset: number }[]): void {
    for (const { partition, offset } of offsets) {
      this.#committed.set(partition, offset)
      for (const { definition } of actors)
        for (let below = 0; below < offset; below += 1)
          if (!this.#of(definition.name, partition).has(below))
            throw new Error(
              `${offset} of ${partition} was committed, but ${definition.name} did not handle ${below}`,
            )
    }
  }

  #check(): void {
    this.#commit(
      this.#group.run
        .assignments()
        .flatMap(({ partition, frontier: offset }) => (offset === undefined ? [] : [{ partition, offset }])),
    )
    if (this.#group.fatal.length > 0) throw this.#group.fatal[0]!
    const lanes = new Set<string>()
    for (const { task } of this.#group.workers.jobs) {
      if (task.kind !== 'handle' || task.actor === 'c') continue
      const lane = `${task.actor}/${task.unit.partition}/${task.lane}`
      if (lanes.has(lane)) throw new Error(`the lane ${lane} is in two hands`)
      lanes.add(lane)
    }
  }

  #of(actor: string, partition: number): Set<number> {
    const key = `${actor}/${partition}`
    const handled = this.#handled.get(key) ?? new Set()
    this.#handled.set(key, handled)
    return handled
  }
}

t.test('seeded runs', async (t) => {
  const script = fc.array(fc.tuple(fc.constantFrom(...steps), fc.nat(1_000)), {
    minLength: 20,
    maxLength: 120,
  })
  await fc.assert(
    // All batches are kept while workers have them, or none.
    fc.asyncProperty(script, fc.constantFrom(0, 10_000), async (script, keptBatchBytes) => {
      const group = await groupInMemory(actors, { keptBatchBytes })
      const trial = new Trial(group)
      try {
        for (const partition of partitions) await trial.step('assign', partition)
        for (const [step, draw] of script) await trial.step(step, draw)
        await trial.end()
      } finally {
        await group.run.stop()
      }
    }),
    { numRuns: 2_000, seed: 20_260_105, endOnFailure: true },
  )
  t.pass('no offset was committed before it was handled, and nothing stood still')
})
