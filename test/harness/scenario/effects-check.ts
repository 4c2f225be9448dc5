/** Compares what a trial produced with what is in its effects table: nothing lost, nothing twice, each key in order. */

/** The n-th event of a thing: `thing` is its key. */
export interface NthOfThing {
  readonly thing: string
  readonly n: number
}

/** When it was given to the producer, or its effect was committed; ms since the epoch. */
export interface Timed extends NthOfThing {
  readonly at: number
}

export interface EffectsVerdict {
  /** Produced, and without effect. */
  readonly lost: readonly string[]
  /** With more effects than one, and how many. */
  readonly duplicated: readonly string[]
  /** Whose effect came before one of an earlier event of its thing. */
  readonly reordered: readonly string[]
  /** Effects of what nobody produced. */
  readonly unknown: readonly string[]
}

/** `effects`: in the order in which they became visible to others. */
export const checkEffects = (
  produced: Iterable<NthOfThing>,
  effects: Iterable<NthOfThing>,
): EffectsVerdict => {
  const times = new Map<string, number>()
  for (const event of produced) times.set(nameOf(event), 0)
  const unknown: string[] = []
  const reordered: string[] = []
  const highest = new Map<string, number>()
  for (const effect of effects) {
    const name = nameOf(effect)
    const before = times.get(name)
    if (before === undefined) unknown.push(name)
    else times.set(name, before + 1)
    const last = highest.get(effect.thing) ?? -1
    // The same once more is a duplicate, not an order.
    if (effect.n < last && before === 0) reordered.push(`${name} after ${String(last)}`)
    highest.set(effect.thing, Math.max(last, effect.n))
  }
  const named = [...times]
  return {
    lost: named.filter(([, count]) => count === 0).map(([name]) => name),
    duplicated: named
      .filter(([, count]) => count > 1)
      .map(([name, count]) => `${name} ${String(count)} times`),
    reordered,
    unknown,
  }
}

/**
 * Whose effect came before one of an earlier event of its thing in the same partition: what is promised where partitions
 * are added, and things move to others.
 */
export const reorderedInPartition = (
  effects: readonly (NthOfThing & { readonly partition: number })[],
): readonly string[] => {
  const placed = effects.map(({ thing, n, partition }) => ({ thing: `${thing} in ${String(partition)}`, n }))
  return checkEffects(placed, placed).reordered
}

/** Effects of a process within the time in which it was not their owner, from … to …, ms since the epoch; in words. */
export const staleEffects = (
  effects: readonly (Timed & { readonly pid: number })[],
  { pid, from, to }: { readonly pid: number; readonly from: number; readonly to: number },
): readonly string[] =>
  effects
    .filter((effect) => effect.pid === pid && effect.at > from && effect.at < to)
    .map(
      (effect) =>
        `${nameOf(effect)} by ${String(pid)}, ${(effect.at - from).toFixed(0)} ms after it was taken`,
    )

/** For an assertion: all of it is well. */
export const flawless: EffectsVerdict = { lost: [], duplicated: [], reordered: [], unknown: [] }

export const nameOf = ({ thing, n }: NthOfThing): string => `${thing}#${String(n)}`
