/**
 * One relay among many: has its share of the slices, and runs them.
 *
 * RR1. A slice runs here only under a lease taken here; when the survey says that it is another's, it is stopped.
 * RR2. By our clock a lease ends no later than by Postgres': it is counted from before the asking.
 * RR3. A slice is given back when its run has ended; while it ends, its lease is renewed.
 * RR4. After being fenced a slice's lease is left to run out: whoever fenced us gets a chance to be the holder.
 */

import type {
  OpenTransaction,
  OutboxBacklog,
  OutboxListener,
  OutboxStore,
  SliceBacklog,
  SliceLease,
} from '../delivery/outbox.ts'
import { messageOf, TroupeError } from '../errors.ts'
import { shareChange } from './slice-share.ts'
import { SliceRun, type SliceLimits, type SlicePorts, type SliceState } from './slice-run.ts'
import { Wake } from './wake.ts'

export interface RelaySettings extends SliceLimits {
  /** Names it among relays; new at each start. */
  readonly relay: string
  /** After this silence others take its slices. */
  readonly leaseMs: number
  readonly backlogIntervalMs: number
}

export interface RelayPorts extends Omit<SlicePorts, 'store'> {
  readonly store: OutboxStore
  /** A bug. */
  readonly onFatal: (error: TroupeError) => void
}

export interface SliceStatus {
  readonly slice: number
  readonly term: number
  readonly state: SliceState
  /** Since it was taken. */
  readonly sentRecords: number
  /** Why it waits; undefined: it doesn't. */
  readonly waitsFor: TroupeError | undefined
  /** Topics that are missing or forbidden: their events wait, the others go on. */
  readonly heldTopics: readonly { readonly topic: string; readonly message: string }[]
}

export interface RelayStatus {
  readonly relay: string
  /** Those it has. */
  readonly slices: readonly SliceStatus[]
  /** Since the start. */
  readonly sentRecords: number
  readonly parkedRecords: number
  /** Without holder, as far as it knows. */
  readonly orphans: readonly number[]
  /** Of its slices and of those that nobody has; while Postgres is away, they grow older. Undefined: not asked yet. */
  readonly backlog:
    | {
        readonly slices: readonly SliceBacklog[]
        /** In `troupe.outbox_parked`, of all slices: an operator must look at them. */
        readonly parked: number
      }
    | undefined
  /** Rows of other writers wait for this transaction. */
  readonly heldBackBy: OpenTransaction | undefined
  /** Undefined: Postgres is there. */
  readonly postgresTrouble: string | undefined
}

interface HeldSlice {
  readonly run: SliceRun
  leaving: boolean
}

/** The lease is renewed this often within its time. */
const renewals = 3
const retryMs = 500
/** What transactions under way may take at a stop, before they are left to be aborted. */
const finishMs = 10_000
/** A transaction that holds rows back for longer is told. */
const heldBackAlarmMs = 30_000

export class RelayRun {
  readonly #settings: RelaySettings
  readonly #ports: RelayPorts
  readonly #slices = new Map<number, HeldSlice>()
  /** Without holder, by the last survey. */
  #orphans: readonly number[] = []
  #backlog: { readonly told: OutboxBacklog; readonly atMs: number } | undefined
  #trouble: string | undefined
  #lastAlarmMs = -Infinity
  /** Of runs that have ended. */
  #sentBefore = 0
  #parkedBefore = 0
  readonly #ending = new AbortController()
  readonly #untilEnding = Promise.withResolvers<void>()
  readonly #tendWake = new Wake()
  readonly #watchWake = new Wake()
  readonly #listenWake = new Wake()
  readonly #loops: Promise<unknown>
  #stopped: Promise<void> | undefined

  constructor(settings: RelaySettings, ports: RelayPorts) {
    this.#settings = settings
    this.#ports = ports
    this.#loops = Promise.all([this.#tendLoop(), this.#watchLoop(), this.#listenLoop()]).catch(
      (error: unknown) => {
        this.#bug(error)
      },
    )
  }

  status(): RelayStatus {
    const runs = [...this.#slices.values()].map(({ run }) => run)
    const count = (of: 'sentRecords' | 'parkedRecords'): number => runs.reduce((sum, run) => sum + run[of], 0)
    return {
      relay: this.#settings.relay,
      slices: runs.map(statusOf).sort((a, b) => a.slice - b.slice),
      sentRecords: this.#sentBefore + count('sentRecords'),
      parkedRecords: this.#parkedBefore + count('parkedRecords'),
      orphans: this.#orphans,
      backlog: this.#backlogNow(),
      heldBackBy: this.#backlog?.told.heldBackBy,
      postgresTrouble: this.#trouble,
    }
  }

  /** Somebody wrote into these slices; without any: anywhere. */
  wake(slices: readonly number[] = []): void {
    const meant = slices.length === 0 ? this.#slices.keys() : slices
    for (const slice of meant) this.#slices.get(slice)?.run.wake()
  }

  /** Finishes what is under way and gives its slices back. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop()
    return this.#stopped
  }

  async #stop(): Promise<void> {
    this.#ending.abort()
    this.#untilEnding.resolve()
    for (const wake of [this.#tendWake, this.#watchWake, this.#listenWake]) wake.wake()
    for (const { run } of this.#slices.values()) run.stop()
    await this.#loops
    // One may have been begun meanwhile.
    const runs = [...this.#slices.values()].map(({ run }) => run)
    for (const run of runs) run.stop()
    const deadline = setTimeout(() => {
      for (const run of runs) run.abandon()
    }, finishMs)
    await Promise.allSettled(runs.map((run) => run.ended))
    clearTimeout(deadline)
    await this.#ports.store.leave(this.#settings.relay).catch((error: unknown) => {
      this.#ports.log.warn(`the leases are left to run out: ${messageOf(error)}`)
    })
  }

  /** Renews, and takes and gives slices until it has its share. */
  async #tendLoop(): Promise<void> {
    const { leaseMs } = this.#settings
    while (!this.#isEnding()) {
      this.#tendWake.reset()
      const again = await this.#asking(() => this.#tend())
      // Two that claim at once: the one that got less looks again soon.
      const soonMs = Math.min(leaseMs / renewals, retryMs * (0.5 + this.#ports.random()))
      await this.#tendWake.within(again === 'done' ? leaseMs / renewals : soonMs)
    }
  }

  async #tend(): Promise<'done' | 'soon'> {
    const { relay, leaseMs } = this.#settings
    const { store, now } = this.#ports
    const askedMs = now() // RR2
    const survey = await store.survey(relay, leaseMs, this.#running(false))
    this.#orphans = survey.leases.filter(({ holder }) => holder === undefined).map(({ slice }) => slice)
    for (const { slice, holder } of survey.leases) {
      if (holder === relay) this.#slices.get(slice)?.run.renew(askedMs + leaseMs)
    }
    const running = new Set(this.#running(false))
    const change = shareChange(relay, survey, running, new Set(this.#running(true)))
    for (const slice of change.lost) {
      this.#ports.log.warn('another relay has taken over a slice of the outbox', { slice })
      this.#slices.get(slice)?.run.stop() // RR1
    }
    for (const slice of change.release) this.#release(slice)
    // One that is ending here still has its producer.
    const wanted = change.claim.filter((slice) => !this.#slices.has(slice))
    if (wanted.length === 0 || this.#isEnding()) return 'done'
    const claimedMs = now()
    const leases = await store.claim(relay, leaseMs, wanted)
    for (const lease of leases) this.#begin(lease, claimedMs + leaseMs)
    return leases.length < change.claim.length ? 'soon' : 'done'
  }

  #begin(lease: SliceLease, heldUntilMs: number): void {
    this.#ports.log.debug('took a slice of the outbox', { slice: lease.slice, term: lease.term })
    const run = new SliceRun(lease, heldUntilMs, this.#settings, this.#ports)
    this.#slices.set(lease.slice, { run, leaving: false })
    void run.ended
      .then(
        (end) => {
          if (end === 'fenced')
            this.#ports.log.warn('another relay has fenced this one in a slice of the outbox', {
              slice: lease.slice,
              term: lease.term,
            })
        },
        (error: unknown) => {
          this.#bug(error)
        },
      )
      .then(() => {
        this.#sentBefore += run.sentRecords
        this.#parkedBefore += run.parkedRecords
        this.#slices.delete(lease.slice) // RR4
      })
  }

  #release(slice: number): void {
    const held = this.#slices.get(slice)
    if (held === undefined) return
    held.leaving = true
    held.run.stop()
    // RR3. `begin` listens first, so it has left the list when it is free.
    void held.run.ended
      .catch(() => undefined)
      .then(() => this.#asking(() => this.#ports.store.release(this.#settings.relay, [slice])))
  }

  async #watchLoop(): Promise<void> {
    while (!this.#isEnding()) {
      this.#watchWake.reset()
      await this.#asking(async () => {
        const told = await this.#ports.store.backlog([...new Set([...this.#slices.keys(), ...this.#orphans])])
        this.#backlog = { told, atMs: this.#ports.now() }
        this.#alarm(told)
      })
      await this.#watchWake.within(this.#settings.backlogIntervalMs)
    }
  }

  #alarm({ heldBackBy }: OutboxBacklog): void {
    if (heldBackBy === undefined || heldBackBy.ageMs < heldBackAlarmMs) return
    if (this.#ports.now() - this.#lastAlarmMs < heldBackAlarmMs) return
    this.#lastAlarmMs = this.#ports.now()
    this.#ports.log.warn(
      'a long transaction holds back events of the outbox that no actor wrote: end it, or they wait for it',
      { ...heldBackBy },
    )
  }

  /** Without it events wait for the poll interval. */
  async #listenLoop(): Promise<void> {
    let listener: OutboxListener | undefined
    while (!this.#isEnding()) {
      this.#listenWake.reset()
      await this.#asking(async () => {
        listener = await this.#ports.store.listen((slices) => {
          this.wake(slices)
        })
        this.wake()
        await Promise.race([listener.ended, this.#untilEnding.promise])
      })
      await listener?.close()
      if (!this.#isEnding()) await this.#listenWake.within(retryMs)
    }
  }

  /** What goes wrong with Postgres is told once and passes. */
  async #asking<T>(ask: () => Promise<T>): Promise<T | undefined> {
    try {
      const answer = await ask()
      if (this.#trouble !== undefined) this.#ports.log.info('Postgres answers the relay again')
      this.#trouble = undefined
      return answer
    } catch (error) {
      if (!(error instanceof TroupeError) || error.code === 'BUG') throw error
      if (this.#trouble === undefined) this.#ports.log.warn(`the relay waits: ${error.message}`)
      this.#trouble = error.message
      return undefined
    }
  }

  #running(leavingOnly: boolean): number[] {
    return [...this.#slices].filter(([, { leaving }]) => leaving || !leavingOnly).map(([slice]) => slice)
  }

  #backlogNow(): RelayStatus['backlog'] {
    if (this.#backlog === undefined) return undefined
    const { told, atMs } = this.#backlog
    const sinceMs = this.#trouble === undefined ? 0 : Math.round(this.#ports.now() - atMs)
    const slices = told.slices.map(({ slice, records, ageMs }) => ({
      slice,
      records,
      ageMs: records === 0 ? 0 : ageMs + sinceMs,
    }))
    return { slices, parked: told.parked }
  }

  #bug(error: unknown): void {
    this.#ports.onFatal(
      error instanceof TroupeError ? error : new TroupeError('BUG', messageOf(error), { cause: error }),
    )
  }

  #isEnding(): boolean {
    return this.#ending.signal.aborted
  }
}

const statusOf = (run: SliceRun): SliceStatus => ({
  slice: run.lease.slice,
  term: run.lease.term,
  state: run.state,
  sentRecords: run.sentRecords,
  waitsFor: run.lastError,
  heldTopics: run.heldTopics,
})
