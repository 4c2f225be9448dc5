/** The machines that processes run on: how each process does, and what can be done to a whole node. */

import type { Address } from '../address.ts'
import { hrefOf } from '../address.ts'
import { count, moment } from '../format.ts'
import { More, Title } from '../page.tsx'
import { usePolled } from '../polled.ts'
import { bellOfRebalances, Rebalances } from '../rebalances.tsx'
import { Answered, Empty } from '../states.tsx'
import { NodeButtons, type Drain } from './node-buttons.tsx'
import { processFields, ProcessRows, type Member, type ProcessRow } from './process-rows.tsx'

interface Nodes {
  readonly nodes: {
    readonly nodes: readonly {
      readonly name: string
      readonly liveProcesses: number
      readonly processes: readonly ProcessRow[]
    }[]
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
  }
  readonly drains: readonly Drain[]
  readonly groups: {
    readonly nodes: readonly { readonly name: string; readonly members: readonly Member[] }[]
  }
}

const query = `query($after: String) {
  nodes(first: 20, after: $after) {
    nodes { name liveProcesses processes(first: 10) { ${processFields} } }
    pageInfo { hasNextPage endCursor }
  }
  drains { node by at reason }
  groups(first: 20) { nodes { name members(first: 50) { process { id } partitionCount joined } } }
}`

export const NodesPage = ({ address: { query: asked } }: { address: Address }) => {
  const polled = usePolled<Nodes>(query, { after: asked['after'] ?? null }, bellOfRebalances)
  return (
    <>
      <Title name="Nodes" />
      <Answered polled={polled}>
        {({ nodes: { nodes, pageInfo }, drains, groups }) => (
          <>
            {nodes.length === 0 ? (
              <Empty title="No process has reported within a day">
                Start one with <code>npm start</code>: it reports about a second later, and shows up here.
              </Empty>
            ) : (
              nodes.map(({ name, liveProcesses, processes }) => {
                const drain = drains.find(({ node }) => node === name)
                return (
                  <section key={name} class="node" aria-label={`Node ${name}`}>
                    <div class="title">
                      <h2>{name}</h2>
                      <span class="quiet">
                        {count(liveProcesses)} live {liveProcesses === 1 ? 'process' : 'processes'}
                      </span>
                      <div class="acts">
                        <NodeButtons
                          node={name}
                          drain={drain}
                          hasRuntime={processes.some(isRuntime)}
                          onDone={polled.again}
                        />
                      </div>
                    </div>
                    {drain && (
                      <p class="notice">
                        <strong>Drained:</strong> it stays up without work, by {drain.by} since{' '}
                        {moment(drain.at)}
                        {drain.reason !== '' && `: ${drain.reason}`}
                      </p>
                    )}
                    <ProcessRows node={name} processes={processes} groups={groups.nodes} />
                  </section>
                )
              })
            )}
            <More path={['nodes']} query={asked} pageInfo={pageInfo} />
            <Drains drains={drains.filter(({ node }) => nodes.every(({ name }) => name !== node))} />
          </>
        )}
      </Answered>
      <h2>Rebalances</h2>
      <Rebalances />
      <p class="quiet">
        Who had what before is told by the logs; what operators did is in{' '}
        <a href={hrefOf(['commands'])}>Commands</a>.
      </p>
    </>
  )
}

const isRuntime = ({ kind }: ProcessRow): boolean => kind === 'RUNTIME'

/** Of nodes that have not reported for a day, or stand on another page. */
const Drains = ({ drains }: { drains: readonly Drain[] }) =>
  drains.length === 0 ? null : (
    <p class="quiet">Also drained: {drains.map(({ node, by }) => `${node} (by ${by})`).join(', ')}.</p>
  )
