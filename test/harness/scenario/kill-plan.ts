/**
 * When to strike: after so many more effects than at the last strike, drawn from a seed. Never after a time, which
 * would strike a slow machine before it began and a fast one when it had ended.
 */

import { Random } from '../../../demo/random.ts'
import { waitUntil } from '../wait-until.ts'

export interface KillPlanOptions<Victim> {
  readonly seed: number
  readonly times: number
  /** How many more effects are awaited before each strike: from … to …, both included. */
  readonly effectsBetween: readonly [from: number, to: number]
  readonly victims: readonly Victim[]
  /** So many effects there are now. */
  readonly progress: () => Promise<number>
  readonly strike: (victim: Victim, nth: number) => Promise<void>
}

/** How many effects there were at each strike. */
export const carryOutKills = async <Victim>(options: KillPlanOptions<Victim>): Promise<readonly number[]> => {
  const { seed, times, effectsBetween, victims, progress, strike } = options
  const random = new Random(seed)
  const [from, to] = effectsBetween
  const struckAt: number[] = []
  let last = await progress()
  for (let nth = 1; nth <= times; nth += 1) {
    const enough = last + from + random.below(to - from + 1)
    last = await waitUntil(
      `there are ${String(enough)} effects, for strike ${String(nth)} of ${String(times)}`,
      async () => {
        const now = await progress()
        return now >= enough ? now : undefined
      },
      { everyMs: 5 },
    )
    struckAt.push(last)
    await strike(random.pick(victims), nth)
  }
  return struckAt
}
