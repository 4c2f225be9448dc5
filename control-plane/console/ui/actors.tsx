/** The actors that processes run, and what became of their records. */

import { count, rate } from './format.ts'
import { usePolled } from './polled.ts'
import { Answered, Empty } from './states.tsx'

interface Actors {
  readonly actors: {
    readonly nodes: readonly {
      readonly name: string
      readonly groupName: string
      readonly topics: readonly string[]
      readonly receives: readonly string[]
      readonly order: string
      readonly effects: string
      readonly consistent: boolean
      readonly liveProcesses: number
      readonly outcomes: {
        readonly applied: number
        readonly duplicate: number
        readonly rejected: number
        readonly undecodable: number
        readonly exhausted: number
        readonly retries: number
        readonly perSecond: number
      }
    }[]
    readonly pageInfo: { readonly hasNextPage: boolean }
  }
}

const query = `{
  actors(first: 100) {
    nodes {
      name groupName topics receives order effects consistent liveProcesses
      outcomes { applied duplicate rejected undecodable exhausted retries perSecond }
    }
    pageInfo { hasNextPage }
  }
}`

export const ActorsPage = () => (
  <Answered polled={usePolled<Actors>(query)}>
    {({ actors: { nodes, pageInfo } }) =>
      nodes.length === 0 ? (
        <Empty title="No actor runs">
          Put one into <code>actors/</code> and start <code>npm start</code>: each process tells which actors
          it runs.
        </Empty>
      ) : (
        <>
          <table>
            <thead>
              <tr>
                <th scope="col">Actor</th>
                <th scope="col">Group</th>
                <th scope="col">Receives</th>
                <th scope="col">Order, effects</th>
                <th scope="col" class="number">
                  Processes
                </th>
                <th scope="col" class="number">
                  Now
                </th>
                <th scope="col" class="number">
                  Applied
                </th>
                <th scope="col" class="number">
                  Duplicates
                </th>
                <th scope="col" class="number">
                  Retries
                </th>
                <th scope="col" class="number">
                  Given up
                </th>
              </tr>
            </thead>
            <tbody>
              {nodes.map(({ outcomes, ...actor }) => {
                const givenUp = outcomes.rejected + outcomes.undecodable + outcomes.exhausted
                return (
                  <tr key={`${actor.groupName}/${actor.name}`}>
                    <th scope="row">
                      {actor.name}
                      {!actor.consistent && <span class="mark"> differs between processes</span>}
                    </th>
                    <td>{actor.groupName}</td>
                    <td>
                      {actor.receives.join(', ')}
                      <div class="quiet">{actor.topics.join(', ')}</div>
                    </td>
                    <td>
                      {actor.order}, {actor.effects}
                    </td>
                    <td class="number">{count(actor.liveProcesses)}</td>
                    <td class="number">{rate(outcomes.perSecond)}</td>
                    <td class="number">{count(outcomes.applied)}</td>
                    <td class="number">{count(outcomes.duplicate)}</td>
                    <td class="number">{count(outcomes.retries)}</td>
                    <td class={givenUp > 0 ? 'number mark' : 'number'}>{count(givenUp)}</td>
                  </tr>
                )
              })}
            </tbody>
          </table>
          {pageInfo.hasNextPage && <p class="quiet">These are the first 100.</p>}
        </>
      )
    }
  </Answered>
)
