/** Each round runs every contender once, so that a slow minute of the machine falls on all of them. */

import { messageOf } from '../../runtime/errors.ts'
import { runContender, type Contender, type Env } from './contender.ts'
import type { Sample } from './sample.ts'

export interface LeftOut {
  readonly id: string
  readonly reason: string
}

export interface Measured {
  readonly samples: ReadonlyMap<string, readonly Sample[]>
  readonly leftOut: readonly LeftOut[]
}

/** Those that can run here. */
export const prepared = async (
  contenders: readonly Contender[],
): Promise<{ readonly ready: readonly Contender[]; readonly leftOut: readonly LeftOut[] }> => {
  const ready: Contender[] = []
  const leftOut: LeftOut[] = []
  for (const contender of contenders) {
    try {
      await contender.prepare?.()
      ready.push(contender)
    } catch (error) {
      leftOut.push(leave(contender, error))
    }
  }
  return { ready, leftOut }
}

/** `records`: there are so many; each contender reads its share. */
export const interleaved = async (
  contenders: readonly Contender[],
  { rounds, records }: { readonly rounds: number; readonly records: number },
  shared: Env,
): Promise<Measured> => {
  const { ready, leftOut } = await prepared(contenders)
  const failed: LeftOut[] = []
  const samples = new Map<string, Sample[]>()
  for (let round = 1; round <= rounds; round += 1) {
    for (const contender of ready) {
      const { id, share = 1 } = contender
      if (failed.some((left) => left.id === id)) continue
      try {
        const sample = await runContender(contender, {
          ...shared,
          BENCH_RECORDS: String(Math.ceil(records * share)),
          BENCH_GROUP: `${id}-${process.pid}-${round}`,
        })
        samples.set(id, [...(samples.get(id) ?? []), sample])
        console.log(`round ${round}/${rounds}  ${id.padEnd(28)} ${sampleText(sample)}`)
      } catch (error) {
        failed.push(leave(contender, error))
        samples.delete(id)
      }
    }
  }
  return { samples, leftOut: [...leftOut, ...failed] }
}

const leave = ({ id }: Contender, error: unknown): LeftOut => {
  const reason = messageOf(error).split('\n').slice(0, 12).join('\n')
  console.error(`left out: ${id}: ${reason}`)
  return { id, reason: firstLines(reason) }
}

const firstLines = (text: string): string => text.split('\n').slice(0, 2).join(' ').slice(0, 300)

export const sampleText = ({ recordsPerSecond, cpuSecondsPerMillion, peakRssMb }: Sample): string =>
  `${inThousands(recordsPerSecond).padStart(6)} records/s  ${cpuSecondsPerMillion.toFixed(2)} CPU s per million  peak ${peakRssMb} MB`

export const inThousands = (value: number): string => `${Math.round(value / 1_000)}k`
