/** All at a glance: throughput, lag in time, what is not well. */

import { useEffect, useState } from 'preact/hooks'

import { Chart, type Point } from './chart.tsx'
import { count, duration, rate, timeOfDay } from './format.ts'
import { usePolled } from './polled.ts'
import { bellOfGroups } from './live.ts'
import { Table, Tile, Title } from './page.tsx'
import { lateMs } from './outbox/outbox.tsx'
import { Rebalances } from './rebalances.tsx'
import { hrefOf } from './address.ts'
import { Answered, Empty } from './states.tsx'

interface Overview {
  readonly cluster: {
    readonly readAt: string
    readonly liveProcesses: number
    readonly unreadyProcesses: number
    readonly silentProcesses: number
    readonly unheldPartitions: number
    readonly lagRecords: number | null
    readonly lagMs: number | null
    readonly recordsPerSecond: number
  }
  readonly outbox: {
    readonly records: number
    readonly ageMs: number
    readonly relays: readonly { readonly id: string }[]
  }
  readonly groups: {
    readonly nodes: readonly { readonly drainMs: number | null; readonly lagRecords: number | null }[]
  }
  readonly lastErrors: readonly {
    readonly at: string
    readonly actor: string | null
    readonly code: string
    readonly message: string
    readonly times: number
  }[]
}

const query = `{
  cluster { readAt liveProcesses unreadyProcesses silentProcesses unheldPartitions lagRecords lagMs recordsPerSecond }
  outbox { records ageMs relays { id } }
  groups(first: 100) { nodes { drainMs lagRecords } }
  lastErrors(first: 5) { at actor code message times }
}`

const courseMs = 600_000

export const OverviewPage = () => {
  const polled = usePolled<Overview>(query, undefined, bellOfGroups)
  const [course, setCourse] = useState<{ readonly rates: readonly Point[]; readonly lags: readonly Point[] }>(
    {
      rates: [],
      lags: [],
    },
  )
  useEffect(() => {
    if (polled.data === undefined) return
    const { recordsPerSecond, lagMs } = polled.data.cluster
    const at = polled.at
    const isRecent = (point: Point): boolean => point.at > at - courseMs
    setCourse(({ rates, lags }) => ({
      rates: [...rates, { at, value: recordsPerSecond }].filter(isRecent),
      lags: [...lags, { at, value: lagMs }].filter(isRecent),
    }))
  }, [polled.at])
  return (
    <>
      <Title name="Overview" />
      <Answered polled={polled}>
        {({ cluster, outbox, groups, lastErrors }) =>
          cluster.liveProcesses + cluster.silentProcesses === 0 ? (
            <Empty title="No process has reported">
              Start one with <code>npm start</code>: it reports about a second later, and shows up here.
            </Empty>
          ) : (
            <>
              <dl class="tiles eight">
                <Tile name="Live processes" value={count(cluster.liveProcesses)} href={hrefOf(['nodes'])} />
                <Tile
                  name="Not ready"
                  value={count(cluster.unreadyProcesses)}
                  bad={cluster.unreadyProcesses > 0}
                />
                <Tile
                  name="Silent"
                  value={count(cluster.silentProcesses)}
                  bad={cluster.silentProcesses > 0}
                />
                <Tile
                  name="Partitions nobody has"
                  value={count(cluster.unheldPartitions)}
                  bad={cluster.unheldPartitions > 0}
                />
                <Tile name="Lag in records" value={count(cluster.lagRecords)} />
                <Tile name="Lag in time" value={duration(cluster.lagMs)} href={hrefOf(['partitions'])} />
                <Tile name="Finished in about" value={drainText(groups.nodes)} />
                <Tile
                  name="Waiting in the outbox"
                  value={outbox.records === 0 ? '0' : `${count(outbox.records)}, ${duration(outbox.ageMs)}`}
                  bad={outbox.ageMs > lateMs || (outbox.records > 0 && outbox.relays.length === 0)}
                  href={hrefOf(['outbox'])}
                />
              </dl>
              <div class="charts">
                <Chart title="Records handled" points={course.rates} format={rate} />
                <Chart title="Lag in time, the worst partition" points={course.lags} format={duration} />
              </div>
              <section>
                <h2>Rebalances</h2>
                <Rebalances most={5} />
              </section>
              <section>
                <h2>Last errors</h2>
                {lastErrors.length === 0 ? (
                  <p class="quiet">None that a process remembers.</p>
                ) : (
                  <Table
                    label="Last errors"
                    columns={['At', 'Actor', 'Code', 'Message', { name: 'Times', number: true }]}
                  >
                    {lastErrors.map((error) => (
                      <tr key={`${error.at}${error.message}`}>
                        <td class="nowrap">{timeOfDay(error.at)}</td>
                        <td>{error.actor ?? '–'}</td>
                        <td>
                          <code>{error.code}</code>
                        </td>
                        <td class="wide">{error.message}</td>
                        <td class="number">{count(error.times)}</td>
                      </tr>
                    ))}
                  </Table>
                )}
              </section>
            </>
          )
        }
      </Answered>
    </>
  )
}

/** Of the slowest group. One that has something left and does not know for how long leaves it open. */
const drainText = (groups: Overview['groups']['nodes']): string => {
  const behind = groups.filter(({ lagRecords }) => lagRecords !== 0)
  if (behind.length === 0) return groups.length === 0 ? '–' : 'now'
  const known = behind.map(({ drainMs }) => drainMs)
  return known.includes(null) ? 'not known' : duration(Math.max(...known.map(Number)))
}
