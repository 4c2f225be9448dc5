// Poison is dead-lettered once, with its cause, and harms nothing else: of the events one in a hundred cannot be decoded,
// names a schema nobody has, makes the handler throw or is refused. Those in between have their effects, in order per key.

import t from 'tap'
import { frame } from '../../runtime/serde/index.ts'
import {
  assertEffectsOnce,
  EffectsTrial,
  nameOf,
  sizeOf,
  skipWithoutTrialServices,
  tried,
  type Happening,
} from '../harness/scenario/index.ts'
import { waitUntil } from '../harness/wait-until.ts'

const skip = await skipWithoutTrialServices()
const unknownId = 987_654
const headerBytes = 5

interface Poison {
  readonly what: string
  readonly made: Partial<Happening>
  /** What its dead letter says. */
  readonly says: Readonly<Record<string, RegExp>>
}

const poisons: readonly Poison[] = [
  {
    what: 'cut off',
    made: { damage: (value) => value.subarray(0, value.length - 1) },
    says: {
      'dlq-outcome': /^undecodable$/,
      'dlq-attempts': /^0$/,
      'dlq-error-class': /^RECORD_UNDECODABLE$/,
    },
  },
  {
    what: 'unknown schema id',
    made: { damage: (value) => frame(unknownId, value.subarray(headerBytes)) },
    says: {
      'dlq-outcome': /^undecodable$/,
      'dlq-attempts': /^0$/,
      'dlq-error-message': new RegExp(String(unknownId)),
    },
  },
  {
    what: 'throws',
    made: { failures: 99 },
    says: {
      'dlq-outcome': /^exhausted$/,
      'dlq-attempts': /^3$/,
      'dlq-error-message': /failed as it was told to/,
    },
  },
  {
    what: 'refused',
    made: { gate: 'refused' },
    says: { 'dlq-outcome': /^rejected$/, 'dlq-error-message': /refused as it was told to/ },
  },
]

t.test('one in a hundred, of four kinds in turn', { skip }, async (t) => {
  // given
  const kinds = new Map<number, Poison>()
  const trial = await EffectsTrial.begin(t, {
    env: { ACTORS_DIR: 'test/scenario/obedient-actors' },
    supply: {
      more: (nth, random) => {
        if (!random.chance(0.01)) return {}
        const poison = poisons[kinds.size % poisons.length]!
        kinds.set(nth, poison)
        return poison.made
      },
    },
  })

  // when
  const events = sizeOf('poisonedEvents')
  await waitUntil('enough events were produced', () => trial.supply.produced.length >= events, {
    timeoutMs: 60_000 + 4 * events,
  })
  const conclusion = await trial.conclude()

  // then: the healthy ones
  const { produced } = trial.supply
  const poisoned = new Map([...kinds].map(([nth, poison]) => [nameOf(produced[nth]!), poison]))
  assertEffectsOnce(t, conclusion, new Set(poisoned.keys()))
  t.same(new Set(conclusion.verdict.lost), new Set(poisoned.keys()), 'what has no effect is the poison')

  // then: the others
  const deadLetters = (await trial.trial.deadLetters()).map(({ headers }) =>
    Object.fromEntries(
      headers?.flatMap((header) => Object.entries(header).map(([name, text]) => [name, String(text)])) ?? [],
    ),
  )
  const named = deadLetters.map(({ 'event-id': id = '' }) => id.replace(/-(\d+)$/, '#$1'))
  t.same(named.toSorted(), [...poisoned.keys()].toSorted(), 'each is dead-lettered once')
  const wrong = deadLetters.filter((says, i) => {
    const expected = Object.entries(poisoned.get(named[i] ?? '')?.says ?? {})
    return expected.length === 0 || !expected.every(([name, pattern]) => pattern.test(says[name] ?? ''))
  })
  t.same(wrong.slice(0, 3), [], 'with its cause')
  for (const { what } of poisons) {
    const times = [...kinds.values()].filter((poison) => poison.what === what).length
    t.ok(times > 0, `${what}: ${String(times)}`)
    tried(t, `poison among ${String(events)} events: ${what}`, times)
  }
})
