/** What the stages of a record's way take: waiting for a worker, decoding, handling, storing. */

import { count, duration, percent } from './format.ts'
import { Table } from './page.tsx'

export interface StageCost {
  readonly stage: string
  readonly totalMs: number
  readonly msPerSecond: number
}

const says: Readonly<Record<string, string>> = {
  queue: 'Waiting for a worker',
  decode: 'Decoding',
  handle: 'In the handler',
  store: 'In Postgres',
}

interface StagesProps {
  readonly stages: readonly StageCost[]
  /** Records that went that way since the processes began. */
  readonly records: number
}

export const Stages = ({ stages, records }: StagesProps) => {
  const total = stages.reduce((sum, { totalMs }) => sum + totalMs, 0)
  if (total === 0) return <p class="quiet">Nothing has been handled yet by the processes that run.</p>
  return (
    <Table
      label="Where time goes"
      columns={[
        'Stage',
        'Share',
        { name: 'A record', number: true },
        { name: 'Now, lanes at it', number: true },
        { name: 'In all', number: true },
      ]}
    >
      {stages.map(({ stage, totalMs, msPerSecond }) => (
        <tr key={stage}>
          <th scope="row">{says[stage] ?? stage}</th>
          <td class="nowrap">
            <progress value={totalMs} max={total} aria-label={`Share of ${says[stage] ?? stage}`} />{' '}
            {percent(totalMs / total)}
          </td>
          <td class="number">{records === 0 ? '–' : perRecord(totalMs / records)}</td>
          <td class="number">{lanes.format(msPerSecond / 1_000)}</td>
          <td class="number">{duration(totalMs)}</td>
        </tr>
      ))}
    </Table>
  )
}

/** 1,000 ms a second is one lane that does nothing else. */
const lanes = new Intl.NumberFormat('en', { maximumFractionDigits: 1 })

const perRecord = (ms: number): string => (ms < 1 ? `${count(ms * 1_000)} µs` : duration(ms))
