// Relays that each decide for themselves come to share all slices, evenly, whoever comes, dies or freezes in between; a
// slice has one holder at a time.

import fc from 'fast-check'
import t from 'tap'
import { outboxSlices, type OutboxSurvey } from '../../../runtime/delivery/outbox.ts'
import { quotaOf, shareChange } from '../../../runtime/relay/slice-share.ts'

const leaseMs = 90

/** The two tables of leases, with the rules of their statements and a clock of our own. */
class Leases {
  nowMs = 0
  readonly slices = Array.from({ length: outboxSlices }, (_, slice) => ({
    slice,
    holder: undefined as string | undefined,
    term: 0,
    expiresMs: 0,
  }))
  readonly relays = new Map<string, number>()

  survey(relay: string, held: readonly number[]): OutboxSurvey {
    this.relays.set(relay, this.nowMs + leaseMs)
    for (const one of this.slices) {
      if (one.holder === relay && held.includes(one.slice)) one.expiresMs = this.nowMs + leaseMs
    }
    return {
      leases: this.slices.map(({ slice, holder, term, expiresMs }) => ({
        slice,
        transactionalId: '',
        term,
        holder: expiresMs > this.nowMs ? holder : undefined,
      })),
      relays: [...this.relays]
        .filter(([, until]) => until > this.nowMs)
        .map(([name]) => name)
        .sort(),
    }
  }

  claim(relay: string, wanted: readonly number[]): readonly number[] {
    const got = this.slices.filter(
      ({ slice, holder, expiresMs }) =>
        wanted.includes(slice) && (holder === undefined || expiresMs <= this.nowMs),
    )
    for (const one of got) {
      one.holder = relay
      one.term += 1
      one.expiresMs = this.nowMs + leaseMs
    }
    return got.map(({ slice }) => slice)
  }

  release(relay: string, slice: number): void {
    const one = this.slices[slice]
    if (one?.holder === relay) one.holder = undefined
  }
}

/** What a relay does with the decisions; given back at its next turn, as one is that has something under way. */
class ModelRelay {
  readonly name: string
  readonly running = new Set<number>()
  readonly leaving = new Set<number>()
  readonly #leases: Leases

  constructor(name: string, leases: Leases) {
    this.name = name
    this.#leases = leases
  }

  tick(): number {
    for (const slice of this.leaving) {
      this.running.delete(slice)
      this.#leases.release(this.name, slice)
    }
    this.leaving.clear()
    const survey = this.#leases.survey(this.name, [...this.running])
    const change = shareChange(this.name, survey, this.running, this.leaving)
    for (const slice of change.lost) this.running.delete(slice)
    for (const slice of change.release) this.leaving.add(slice)
    for (const slice of this.#leases.claim(this.name, change.claim)) this.running.add(slice)
    return change.lost.length + change.release.length + change.claim.length
  }
}

const names = ['a', 'b', 'c', 'd', 'e']
const happening = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('tick' as const), relay: fc.constantFrom(...names) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('time' as const), ms: fc.integer({ min: 1, max: 60 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('start' as const), relay: fc.constantFrom(...names) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('die' as const), relay: fc.constantFrom(...names) }),
  },
)

t.test('after any history the living share all slices, and then nothing moves', async (t) => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 60 }), (history) => {
      // given: a history in which relays start, die without a word, freeze (they have no turn) and go on
      const leases = new Leases()
      let relays = new Map([['a', new ModelRelay('a', leases)]])
      let born = 0
      for (const step of history) {
        if (step.kind === 'time') leases.nowMs += step.ms
        else if (step.kind === 'tick') relays.get(step.relay)?.tick()
        else if (step.kind === 'die') relays.delete(step.relay)
        else if (!relays.has(step.relay)) {
          born += 1
          relays.set(step.relay, new ModelRelay(`${step.relay}${String(born)}`, leases))
        }
      }
      if (relays.size === 0) relays = new Map([['z', new ModelRelay('z', leases)]])
      const living = [...relays.values()]

      // when: everybody has its turns, three a lease
      let moves = 0
      for (let round = 0; round < 12; round += 1) {
        moves = 0
        for (const relay of living) moves += relay.tick()
        leases.nowMs += leaseMs / 3
      }

      // then
      const running = living.flatMap((relay) => [...relay.running])
      const counts = living.map((relay) => relay.running.size)
      return (
        moves === 0 &&
        running.length === outboxSlices &&
        new Set(running).size === outboxSlices &&
        Math.max(...counts) - Math.min(...counts) <= 1
      )
    }),
    { numRuns: 3_000 },
  )
  t.pass('3,000 histories')
})

t.test('who runs a slice without its lease hears of it at its next turn', async (t) => {
  // given: a relay that was frozen past its leases, and another one that took them
  const leases = new Leases()
  const frozen = new ModelRelay('frozen', leases)
  frozen.tick()
  leases.nowMs += leaseMs
  const other = new ModelRelay('other', leases)
  other.tick()
  t.equal(other.running.size, outboxSlices)

  // when
  frozen.tick()

  // then
  t.equal(frozen.running.size, 0)
})

t.test('quotas add up to all slices', async (t) => {
  for (let living = 1; living <= 12; living += 1) {
    const relays = Array.from({ length: living }, (_, n) => String.fromCharCode(97 + n))
    const quotas = relays.map((relay) => quotaOf(relay, relays, outboxSlices))
    t.equal(
      quotas.reduce((sum, quota) => sum + quota),
      outboxSlices,
      `${String(living)} relays: ${quotas.join(' ')}`,
    )
  }
})
