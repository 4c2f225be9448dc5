/** The processes of a node: whether each lives, has what it needs, and how much of the machine it takes. */

import { hrefOf } from '../address.ts'
import { bytes, count, duration, percent, word } from '../format.ts'
import { Badge, Table } from '../page.tsx'
import type { Tone } from '../tone.ts'

export interface ProcessRow {
  readonly id: string
  readonly kind: string
  readonly liveness: 'LIVE' | 'SILENT' | 'STOPPED'
  readonly state: string
  readonly uptimeMs: number
  readonly silentMs: number
  readonly unreadable: string | null
  readonly pid: number | null
  readonly troupeVersion: string | null
  readonly nodeVersion: string | null
  readonly readiness: {
    readonly ready: boolean
    readonly checks: readonly { readonly name: string; readonly ready: boolean; readonly reason: string }[]
  } | null
  readonly health: {
    readonly rssBytes: number
    readonly eventLoopDelayMs: number
    readonly workers: readonly { readonly threadId: number; readonly busy: number }[]
  } | null
}

export const processFields = `
  id kind liveness state uptimeMs silentMs unreadable pid troupeVersion nodeVersion
  readiness { ready checks { name ready reason } }
  health { rssBytes eventLoopDelayMs workers { threadId busy } }`

export interface Member {
  readonly process: { readonly id: string }
  readonly partitionCount: number
  readonly joined: boolean
}

interface RowsProps {
  readonly node: string
  readonly processes: readonly ProcessRow[]
  readonly groups: readonly { readonly name: string; readonly members: readonly Member[] }[]
}

export const ProcessRows = ({ node, processes, groups }: RowsProps) => (
  <Table
    label={`Processes of ${node}`}
    columns={[
      'Process',
      'State',
      'Has',
      { name: 'Up', number: true },
      { name: 'Memory', number: true },
      { name: 'Event loop', number: true },
      { name: 'Workers', number: true },
      'Version',
    ]}
  >
    {processes.map((process) => (
      <tr key={process.id}>
        <th scope="row">
          <div class="path">{process.id}</div>
          <div class="quiet">
            {word(process.kind)}
            {process.pid !== null && `, pid ${String(process.pid)}`}
          </div>
        </th>
        <td class="wide">
          <State of={process} />
        </td>
        <td>
          <Parts processId={process.id} groups={groups} />
        </td>
        <td class="number">{duration(process.uptimeMs)}</td>
        <td class="number">{bytes(process.health?.rssBytes)}</td>
        <td class="number">{duration(process.health?.eventLoopDelayMs)}</td>
        <td class="number">
          <Workers of={process} />
        </td>
        <td class="nowrap">
          {process.troupeVersion ?? '–'}
          {process.nodeVersion !== null && <div class="quiet">Node {process.nodeVersion}</div>}
        </td>
      </tr>
    ))}
  </Table>
)

const tones: Readonly<Record<ProcessRow['liveness'], Tone>> = {
  LIVE: 'good',
  SILENT: 'bad',
  STOPPED: 'quiet',
}

const State = ({ of: process }: { of: ProcessRow }) => {
  const { liveness, state, silentMs, readiness, unreadable } = process
  const missing = liveness === 'LIVE' ? (readiness?.checks ?? []).filter(({ ready }) => !ready) : []
  return (
    <>
      <Badge tone={tones[liveness]}>{liveness === 'LIVE' ? word(state) : word(liveness)}</Badge>
      {liveness === 'SILENT' && (
        <span class="mark"> for {duration(silentMs)}: it died, is frozen, or cannot reach Postgres</span>
      )}
      {liveness === 'LIVE' && readiness?.ready === false && <Badge tone="bad">not ready</Badge>}
      {missing.map(({ name, reason }) => (
        <div key={name} class="mark">
          {name}: {reason}
        </div>
      ))}
      {unreadable !== null && <div class="mark">{unreadable}</div>}
    </>
  )
}

const Parts = ({ processId, groups }: { processId: string; groups: RowsProps['groups'] }) => {
  const had = groups.flatMap(({ name, members }) =>
    members.filter(({ process }) => process.id === processId).map((member) => ({ name, ...member })),
  )
  if (had.length === 0) return <span class="quiet">–</span>
  return had.map(({ name, partitionCount, joined }) => (
    <div key={name}>
      <a href={hrefOf(['partitions'])}>
        {count(partitionCount)} {partitionCount === 1 ? 'partition' : 'partitions'}
      </a>{' '}
      of {name}
      {!joined && <span class="mark"> joining</span>}
    </div>
  ))
}

/** How many there are, and how busy the busiest is. */
const Workers = ({ of: { health } }: { of: ProcessRow }) => {
  if (health === null || health.workers.length === 0) return <span class="quiet">–</span>
  const busiest = Math.max(...health.workers.map(({ busy }) => busy))
  return (
    <>
      {count(health.workers.length)}
      <div class="quiet" title="The busiest one's share of time">
        {percent(busiest)} busy
      </div>
    </>
  )
}
