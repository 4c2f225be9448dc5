/** Members that came and went, and partitions that moved, since the console was opened: told as it happens. */

import { useEffect, useState } from 'preact/hooks'

import type { Question } from './ask.ts'
import { count, timeOfDay } from './format.ts'
import { listen } from './live.ts'
import { Table } from './page.tsx'

interface Change {
  readonly processId: string
  readonly nodeName: string
}

interface Rebalance {
  readonly groupName: string
  readonly at: string
  readonly joined: readonly Change[]
  readonly left: readonly Change[]
  readonly movedPartitions: number
  readonly liveMembers: number
  readonly unheldPartitions: number
}

const fields = `groupName at joined { processId nodeName } left { processId nodeName }
  movedPartitions liveMembers unheldPartitions`

const feed: Question = { query: `subscription { rebalances { ${fields} } }` }

export const bellOfRebalances: Question = { query: 'subscription { rebalances { groupName } }' }

const mostKept = 50
let kept: readonly Rebalance[] = []
const lookers = new Set<() => void>()

const keep = (next: readonly Rebalance[]): void => {
  kept = next
  for (const tell of lookers) tell()
}

/** While somebody is signed in, whatever page is looked at; another key begins anew. */
export const useRebalanceFeed = (signedIn: boolean): void => {
  useEffect(() => {
    if (!signedIn) return
    keep([])
    return listen(feed, (data) => {
      const { rebalances } = data as { readonly rebalances: Rebalance }
      keep([rebalances, ...kept].slice(0, mostKept))
    })
  }, [signedIn])
}

export const Rebalances = ({ most = mostKept }: { most?: number }) => {
  const [, look] = useState(0)
  useEffect(() => {
    const tell = (): void => look((times) => times + 1)
    lookers.add(tell)
    return () => {
      lookers.delete(tell)
    }
  }, [])
  if (kept.length === 0)
    return <p class="quiet">None since the console was opened: each group has the members it had.</p>
  return (
    <Table
      label="Rebalances"
      columns={[
        'At',
        'Group',
        'Came',
        'Left',
        { name: 'Partitions moved', number: true },
        { name: 'Members now', number: true },
        { name: 'Nobody has', number: true },
      ]}
    >
      {kept.slice(0, most).map((one) => (
        <tr key={`${one.groupName}${one.at}`}>
          <td class="nowrap">{timeOfDay(one.at)}</td>
          <td>{one.groupName}</td>
          <td>
            <Changes of={one.joined} />
          </td>
          <td>
            <Changes of={one.left} />
          </td>
          <td class="number">{count(one.movedPartitions)}</td>
          <td class="number">{count(one.liveMembers)}</td>
          <td class={one.unheldPartitions > 0 ? 'number mark' : 'number'}>{count(one.unheldPartitions)}</td>
        </tr>
      ))}
    </Table>
  )
}

const Changes = ({ of }: { of: readonly Change[] }) =>
  of.length === 0 ? (
    <span class="quiet">–</span>
  ) : (
    of.map(({ processId, nodeName }) => (
      <div key={processId}>
        {nodeName} <span class="quiet">{processId}</span>
      </div>
    ))
  )
