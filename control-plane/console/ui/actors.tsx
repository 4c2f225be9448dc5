/** Which actors run, where, and what became of their records; groups with their brakes. */

import { hrefOf } from './address.ts'
import { count, duration, rate } from './format.ts'
import { bellOfGroups } from './live.ts'
import { Table, Title, useMaySteer } from './page.tsx'
import { holds, pauseFields, Pauses, type Pause } from './pauses.tsx'
import { usePolled } from './polled.ts'
import { Answered, Empty } from './states.tsx'
import { SteerButton } from './steer/steer-button.tsx'
import { UnitButtons } from './steer/unit-buttons.tsx'

interface Actors {
  readonly actors: {
    readonly nodes: readonly ActorRow[]
    readonly pageInfo: { readonly hasNextPage: boolean }
  }
  readonly groups: { readonly nodes: readonly Group[] }
  readonly pauses: readonly Pause[]
}

interface ActorRow {
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
}

interface Group {
  readonly name: string
  readonly liveMembers: number
  readonly partitionCount: number
  readonly unheldPartitions: number
  readonly lagRecords: number | null
  readonly lagMs: number | null
  readonly drainMs: number | null
}

const query = `{
  actors(first: 100) {
    nodes {
      name groupName topics receives order effects consistent liveProcesses
      outcomes { applied duplicate rejected undecodable exhausted retries perSecond }
    }
    pageInfo { hasNextPage }
  }
  groups(first: 50) { nodes { name liveMembers partitionCount unheldPartitions lagRecords lagMs drainMs } }
  pauses { ${pauseFields} }
}`

export const ActorsPage = () => {
  const polled = usePolled<Actors>(query, undefined, bellOfGroups)
  return (
    <>
      <Title name="Actors" />
      <Answered polled={polled}>
        {({ actors: { nodes, pageInfo }, groups, pauses }) =>
          nodes.length === 0 ? (
            <Empty title="No actor runs">
              Put one into <code>actors/</code> and start <code>npm start</code>: each process tells which
              actors it runs.
            </Empty>
          ) : (
            <>
              <Pauses pauses={pauses} />
              <ActorRows actors={nodes} />
              {pageInfo.hasNextPage && <p class="quiet">These are the first 100.</p>}
              <h2>Groups</h2>
              <GroupRows groups={groups.nodes} pauses={pauses} onDone={polled.again} />
            </>
          )
        }
      </Answered>
    </>
  )
}

const ActorRows = ({ actors }: { actors: readonly ActorRow[] }) => (
  <Table
    label="Actors"
    columns={[
      'Actor',
      'Group',
      'Receives',
      'Order, effects',
      { name: 'Processes', number: true },
      { name: 'Now', number: true },
      { name: 'Applied', number: true },
      { name: 'Duplicates', number: true },
      { name: 'Retries', number: true },
      { name: 'Given up', number: true },
    ]}
  >
    {actors.map(({ outcomes, ...actor }) => {
      const givenUp = outcomes.rejected + outcomes.undecodable + outcomes.exhausted
      return (
        <tr key={`${actor.groupName}/${actor.name}`}>
          <th scope="row">
            <a href={hrefOf(['actors', actor.groupName, actor.name])}>{actor.name}</a>
            {!actor.consistent && <div class="mark">differs between processes</div>}
          </th>
          <td>{actor.groupName}</td>
          <td class="wide">
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
  </Table>
)

interface GroupRowsProps {
  readonly groups: readonly Group[]
  readonly pauses: readonly Pause[]
  readonly onDone: () => void
}

const GroupRows = ({ groups, pauses, onDone }: GroupRowsProps) => {
  const maySteer = useMaySteer()
  return (
    <Table
      label="Groups"
      columns={[
        'Group',
        { name: 'Members', number: true },
        { name: 'Partitions', number: true },
        { name: 'Behind', number: true },
        { name: 'Finished in about', number: true },
        ...(maySteer ? ['What to do'] : []),
      ]}
    >
      {groups.map((group) => (
        <tr key={group.name}>
          <th scope="row">{group.name}</th>
          <td class="number">{count(group.liveMembers)}</td>
          <td class="number">
            {count(group.partitionCount)}
            {group.unheldPartitions > 0 && (
              <div class="mark">{count(group.unheldPartitions)} that nobody has</div>
            )}
          </td>
          <td class="number">
            {duration(group.lagMs)}
            {group.lagRecords !== null && <div class="quiet">{count(group.lagRecords)} records</div>}
          </td>
          <td class="number">{group.lagRecords === 0 ? 'now' : duration(group.drainMs)}</td>
          {maySteer && (
            <td>
              <div class="acts">
                <UnitButtons
                  units={{ group: group.name }}
                  isPaused={pauses.some((pause) => holds(pause, { group: group.name }))}
                  onDone={onDone}
                />
                <SteerButton
                  verb="Audit"
                  label={`Audit group ${group.name}`}
                  title={`Audit group ${group.name}`}
                  says="Is every offset accounted for? What was counted is compared with the log; nothing is changed."
                  mutation="audit"
                  args={{ group: group.name }}
                />
              </div>
            </td>
          )}
        </tr>
      ))}
    </Table>
  )
}
