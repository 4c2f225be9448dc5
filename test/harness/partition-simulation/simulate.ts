/**
 * A deterministic world around a partition actor: a log, a source that drains it, workers that answer in any order,
 * late or never, assignments that come and go. The same numbers give the same run. After every step the model
 * (model.ts) says what must be true.
 */

import type { PartitionActor } from '../../../runtime/partition/index.ts'
import { type PartitionActorOptions } from '../../../runtime/partition/index.ts'
import { Model, must, stamp, type ModelWork, type Rules } from './model.ts'
import { SimulatedSource } from './source.ts'
import { SparseLog, type SimulatedRecord } from './sparse-log.ts'

export interface SimulationSetup extends Rules {
  readonly logSeed: number
}

/** The class under test: the real one, or a mutant. */
export type PartitionActorClass = new (options: PartitionActorOptions) => PartitionActor

/** Each step is a whole number: its low five bits choose what happens, the rest decides how. Throws Violation. */
export const simulate = (
  Actor: PartitionActorClass,
  setup: SimulationSetup,
  steps: readonly number[],
): void => {
  const world = new World(Actor, setup)
  for (const step of steps) {
    const action = actions[step & 31] ?? 'take'
    world.act(action, step >>> 5)
    world.check()
  }
  world.bringToRest()
}

/** What may happen, as often as it is listed. */
const actions = [
  ...[
    'drain-begins',
    'drain-begins',
    'drain-begins',
    'drain-begins',
    'drain-ends',
    'drain-ends',
    'drain-ends',
  ],
  ...[
    'drain-ends',
    'take',
    'take',
    'take',
    'take-all',
    'take-all',
    'complete',
    'complete',
    'complete',
    'complete',
  ],
  ...[
    'retry-later',
    'retry-later',
    'give-back',
    'release',
    'release',
    'release',
    'late-answer',
    'late-answer',
  ],
  ...['pause-or-resume', 'rewind', 'source-rewound', 'drain', 'revoke', 'lose', 'commit'],
] as const
type Action = (typeof actions)[number]

class World {
  readonly #Actor: PartitionActorClass
  readonly #setup: SimulationSetup
  readonly #log: SparseLog
  readonly #source: SimulatedSource
  #epoch = 1
  #actor: PartitionActor
  #model: Model
  #committed: number | undefined
  /** What lies in a buffer: the actor reads timestamps out of it. */
  readonly #contents = new WeakMap<ArrayBuffer, readonly SimulatedRecord[]>()
  /** Answers still to come for work of epochs that are over. */
  readonly #late: { epoch: number; workId: number }[] = []

  readonly #happens: Readonly<Record<Action, (how: number) => void>> = {
    'drain-begins': (how) => {
      this.#drainBegins(how)
    },
    'drain-ends': () => {
      this.#drainEnds()
    },
    take: () => {
      this.#take()
    },
    'take-all': () => {
      while (this.#take()) continue
      if (this.#actor.lifecycle === 'draining' && this.#actor.idle) this.#revoke()
    },
    complete: (how) => {
      this.#withOne('dispatched', how, (work) => {
        this.#complete(work)
      })
    },
    'retry-later': (how) => {
      this.#withOne('dispatched', how, (work) => {
        this.#retryLater(work, how)
      })
    },
    'give-back': (how) => {
      this.#withOne('dispatched', how, (work) => {
        this.#giveBack(work)
      })
    },
    release: (how) => {
      this.#withOne('waiting', how, (work) => {
        this.#release(work)
      })
    },
    'late-answer': (how) => {
      this.#lateAnswer(how)
    },
    'pause-or-resume': (how) => {
      if (this.#actor.lifecycle === 'running' && how % 4 === 0) this.#actor.pause()
      else if (this.#actor.lifecycle === 'paused') this.#actor.resume()
    },
    rewind: (how) => {
      if (how % 4 === 0) this.#rewind()
    },
    'source-rewound': (how) => {
      this.#sourceRewound(how)
    },
    drain: (how) => {
      if (how % 4 === 0 && this.#actor.lifecycle !== 'draining') this.#actor.drain()
    },
    revoke: () => {
      if (this.#actor.lifecycle === 'draining' && this.#actor.idle) this.#revoke()
    },
    lose: (how) => {
      if (how % 8 === 0) this.#revoke()
    },
    commit: () => {
      this.#committed = this.#actor.frontier() ?? this.#committed
    },
  }

  constructor(Actor: PartitionActorClass, setup: SimulationSetup) {
    this.#Actor = Actor
    this.#setup = setup
    this.#log = new SparseLog(setup.logSeed)
    this.#source = new SimulatedSource(this.#log, setup.lanes)
    this.#actor = this.#newActor(undefined)
    this.#model = this.#newModel(undefined)
  }

  check(): void {
    if (this.#actor.lifecycle === 'revoked')
      must(this.#actor.frontier() === undefined, 'a revoked partition commits')
    else this.#model.check(this.#actor)
  }

  act(action: Action, how: number): void {
    if (this.#actor.lifecycle === 'revoked') this.#assignAgain(how)
    else if (this.#actor.lifecycle === 'assigned') this.#start()
    else this.#happens[action](how)
  }

  /** Liveness: once everything is answered and released, the frontier is the position and the credit is whole. */
  bringToRest(): void {
    if (this.#actor.lifecycle === 'assigned') this.#start()
    if (this.#actor.lifecycle === 'paused') this.#actor.resume()
    if (this.#actor.lifecycle === 'running') {
      for (let round = 0; round < 3; round += 1) {
        this.#drainBegins(0)
        this.#drainEnds()
        this.#handleEverything()
        this.check()
      }
      must(this.#model.held.records === 0, 'work is left that is never given out')
      must(
        this.#actor.frontier() === this.#actor.position,
        'all is finished and the frontier is not the position',
      )
      this.#actor.drain()
    }
    if (this.#actor.lifecycle === 'draining') {
      for (const work of this.#model.works('dispatched')) this.#complete(work)
      must(this.#actor.idle, 'draining does not end')
      this.check()
      this.#actor.revoke()
    }
    this.check()
  }

  #drainBegins(how: number): void {
    const credit = this.#actor.credit()
    if (!this.#source.draining && credit.records > 0) this.#source.begin(this.#actor.epoch, credit, how)
  }

  #drainEnds(): void {
    const drain = this.#source.end()
    if (drain === undefined) return
    const mayBeTaken =
      drain.epoch === this.#model.epoch && ['running', 'paused'].includes(this.#actor.lifecycle)
    for (const { buffer, records } of drain.views) this.#contents.set(buffer, records)
    const taken = this.#actor.deliver(drain.epoch, drain.batches, drain.nextOffset)
    must(taken === mayBeTaken, taken ? 'a delivery of another epoch was taken' : 'a delivery was refused')
    if (taken) this.#model.delivered(drain)
  }

  #take(): boolean {
    return this.#model.taken(this.#actor.take(), this.#actor.lifecycle === 'running') !== undefined
  }

  #withOne(state: ModelWork['state'], how: number, act: (work: ModelWork) => void): void {
    const works = this.#model.works(state)
    const work = works[how % Math.max(works.length, 1)]
    if (work !== undefined) act(work)
  }

  #complete(work: ModelWork): void {
    must(this.#actor.complete(this.#model.epoch, work.workId), 'a completion was refused')
    this.#model.finished(work)
    this.#answerAgain(work)
  }

  /** Some records of the work, at least one, are to be tried again. */
  #retryLater(work: ModelWork, how: number): void {
    // A worker passes over records below the first offset: it never names them.
    const own = work.records.flatMap(({ offset }, index) =>
      offset < work.firstOffset ? [] : [[index, 1] as const],
    )
    const candidates = [...(work.left ?? new Map(own))]
    const failed = candidates.filter((_, place) => ((how >>> (place % 8)) & 1) === 1)
    const left = new Map(
      (failed.length === 0 ? candidates.slice(0, 1) : failed).map(([index, n]) => [index, n + 1]),
    )
    const unfinished = [...left].map(([index, attempt]) => ({ index, attempt }))
    const handedBack = new ArrayBuffer(0)
    this.#contents.set(handedBack, work.records)
    must(
      this.#actor.retryLater(this.#model.epoch, work.workId, unfinished, handedBack),
      'work to be tried again was refused',
    )
    this.#model.waits(work, left, handedBack)
    this.#answerAgain(work)
  }

  /** A dependency was away: nothing was handled. */
  #giveBack(work: ModelWork): void {
    const handedBack = new ArrayBuffer(0)
    this.#contents.set(handedBack, work.records)
    must(
      this.#actor.retryLater(this.#model.epoch, work.workId, undefined, handedBack),
      'work was not taken back',
    )
    this.#model.waits(work, undefined, handedBack)
  }

  #release(work: ModelWork): void {
    must(this.#actor.release(this.#model.epoch, work.workId), 'a release was refused')
    work.state = 'released'
    must(!this.#actor.release(this.#model.epoch, work.workId), 'the same work was released twice')
  }

  /** Work that was answered is answered a second time: nothing may change. */
  #answerAgain({ workId }: ModelWork): void {
    must(!this.#actor.complete(this.#model.epoch, workId), 'the same work was completed twice')
    must(
      !this.#actor.retryLater(this.#model.epoch, workId, undefined, new ArrayBuffer(0)),
      'answered work was taken',
    )
  }

  #lateAnswer(how: number): void {
    const late = this.#late[how % Math.max(this.#late.length, 1)]
    if (late === undefined) return
    const { epoch, workId } = late
    const answers = [
      () => this.#actor.complete(epoch, workId),
      () => this.#actor.retryLater(epoch, workId, [{ index: 0, attempt: 2 }], new ArrayBuffer(0)),
      () => this.#actor.release(epoch, workId),
    ]
    must(answers[how % 3]?.() === false, 'an answer of an earlier epoch was taken')
  }

  /** A worker died with a buffer: everything from the frontier on is fetched again. */
  #rewind(): void {
    const frontier = this.#actor.frontier()
    if (frontier === undefined) return
    this.#buryEpoch()
    this.#actor.rewind(this.#epoch, frontier)
    this.#model = this.#newModel(frontier)
    this.#source.position = frontier
  }

  /** Another actor of the same partition was rewound: what we had comes again. */
  #sourceRewound(how: number): void {
    if (!this.#source.draining) this.#source.position = Math.max(0, this.#source.position - (how % 20))
  }

  #revoke(): void {
    // Given back in order: what is finished is committed first. Lost: it is not.
    if (this.#actor.lifecycle === 'draining') this.#committed = this.#actor.frontier() ?? this.#committed
    this.#buryEpoch()
    this.#actor.revoke()
    must(this.#actor.take() === undefined, 'a revoked partition gives out work')
  }

  #assignAgain(how: number): void {
    this.#source.position = this.#committed ?? 0
    // Whoever does not know the position takes it from the first delivery; a drain may be under way all the same.
    const position = how % 2 === 0 ? this.#source.position : undefined
    this.#actor = this.#newActor(position)
    this.#model = this.#newModel(position)
    this.#lateAnswer(how)
  }

  #start(): void {
    must(this.#actor.take() === undefined, 'work was given out before the start')
    must(this.#actor.credit().records === 0, 'there is credit before the start')
    this.#actor.start()
  }

  #buryEpoch(): void {
    for (const state of ['dispatched', 'waiting'] as const) {
      for (const { workId } of this.#model.works(state)) this.#late.push({ epoch: this.#model.epoch, workId })
    }
    this.#epoch += 1
  }

  #handleEverything(): void {
    for (const work of this.#model.works('waiting')) this.#release(work)
    for (const work of this.#model.works('dispatched')) this.#complete(work)
    while (this.#take()) for (const work of this.#model.works('dispatched')) this.#complete(work)
  }

  #newActor(position: number | undefined): PartitionActor {
    return new this.#Actor({
      ...this.#setup,
      epoch: this.#epoch,
      position,
      stampOf: (buffer, fromOffset, fromIndex) => {
        const first = this.#contents
          .get(buffer)
          ?.find(({ offset }, index) => offset >= fromOffset && index >= fromIndex)
        return first && stamp(first)
      },
    })
  }

  #newModel(position: number | undefined): Model {
    return new Model(this.#epoch, position, this.#setup, this.#log)
  }
}
