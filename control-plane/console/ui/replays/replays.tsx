/** Ranges of the past that actors handle again: which there are, and how far each is. */

import { hrefOf, type Address } from '../address.ts'
import { count, moment, percent } from '../format.ts'
import { Table, Title } from '../page.tsx'
import { usePolled } from '../polled.ts'
import { Answered, Empty } from '../states.tsx'
import { StateBadge } from '../steer/going-on.tsx'
import { ReplayButton, unitsOf } from './replay-button.tsx'
import { replayFields, type Replay } from './replay-view.ts'

interface Replays {
  readonly replays: readonly Replay[]
  readonly partitions: { readonly nodes: Parameters<typeof unitsOf>[0] }
}

const query = `query($group: String) {
  replays(group: $group) { ${replayFields} }
  partitions(first: 100, group: $group) { nodes { groupName topic partition units { actor } } }
}`

export const ReplaysPage = ({ address: { query: asked } }: { address: Address }) => {
  const { group, actor } = asked
  const polled = usePolled<Replays>(query, { group: group ?? null })
  const isOf = (of: { readonly actor: string }): boolean => actor === undefined || of.actor === actor
  return (
    <>
      <Title name="Replays">
        <ReplayButton
          units={unitsOf(polled.data?.partitions.nodes ?? []).filter(isOf)}
          verb="New replay"
          onDone={polled.again}
        />
      </Title>
      <Answered polled={polled}>
        {({ replays }) => (
          <ReplayList replays={replays.filter(isOf)} isAll={group === undefined && actor === undefined} />
        )}
      </Answered>
    </>
  )
}

const ReplayList = ({ replays, isAll }: { replays: readonly Replay[]; isAll: boolean }) => (
  <>
    {!isAll && (
      <p>
        <a href={hrefOf(['replays'])}>Look at those of all actors</a>
      </p>
    )}
    {replays.length === 0 ? (
      <Empty title="No replay yet">
        An actor with effects in Postgres can handle a range of the past again: after a bug was mended, or
        where state was lost.
      </Empty>
    ) : (
      <Table
        label="Replays"
        columns={[
          'Replay',
          'State',
          'Actor',
          'Range',
          'Begun',
          { name: 'Through', number: true },
          { name: 'Applied', number: true },
          { name: 'Passed over', number: true },
          { name: 'Dead', number: true },
        ]}
      >
        {replays.map((replay) => (
          <ReplayRow key={replay.id} replay={replay} />
        ))}
      </Table>
    )}
    {replays.length === 100 && <p class="quiet">These are the last 100.</p>}
  </>
)

const ReplayRow = ({ replay }: { replay: Replay }) => (
  <tr>
    <th scope="row">
      <a href={hrefOf(['replays', replay.id])}>Replay {replay.id}</a>
    </th>
    <td>
      <StateBadge of={replay.state} />
      {replay.trouble !== null && <div class="mark">needs a look</div>}
    </td>
    <td>
      <a href={hrefOf(['actors', replay.groupName, replay.actor])}>{replay.actor}</a>
      <div class="quiet">{replay.groupName}</div>
    </td>
    <td>
      <span class="path">
        {replay.topic}/{replay.partition}
      </span>
      <div class="quiet nowrap">
        {count(replay.fromOffset)} to {count(replay.toOffset)}
      </div>
    </td>
    <td class="nowrap">
      {moment(replay.createdAt)}
      <div class="quiet">{replay.createdBy}</div>
    </td>
    <td class="number">
      {percent((replay.nextOffset - replay.fromOffset) / (replay.toOffset - replay.fromOffset))}
    </td>
    <td class="number">{count(replay.applied)}</td>
    <td class="number">{count(replay.passedOver + replay.skipped)}</td>
    <td class={replay.dead > 0 ? 'number mark' : 'number'}>{count(replay.dead)}</td>
  </tr>
)
