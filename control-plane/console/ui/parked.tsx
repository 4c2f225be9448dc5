/** Keys that wait: whose first record failed, with all that came behind it. */

import { hrefOf, type Address } from './address.ts'
import { count, moment } from './format.ts'
import { bellOfGroups } from './live.ts'
import { Badge, More, Table, Title, useMaySteer } from './page.tsx'
import { usePolled } from './polled.ts'
import { Answered, Empty } from './states.tsx'
import { SteerButton } from './steer/steer-button.tsx'

interface ParkedKey {
  readonly groupName: string
  readonly actor: string
  readonly topic: string
  readonly partition: number
  readonly key: string
  readonly records: number
  readonly held: boolean
  readonly dueAt: string | null
  readonly parkedAt: string
  readonly firstOffset: number | null
  readonly attempts: number
  readonly errorClass: string
  readonly message: string
}

interface ParkedKeys {
  readonly parkedKeys: {
    readonly nodes: readonly ParkedKey[]
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
  }
}

const query = `query($group: String, $actor: String, $topic: String, $after: String) {
  parkedKeys(first: 50, group: $group, actor: $actor, topic: $topic, after: $after) {
    nodes {
      groupName actor topic partition key records held dueAt parkedAt firstOffset attempts errorClass message
    }
    pageInfo { hasNextPage endCursor }
  }
}`

export const ParkedPage = ({ address: { query: asked } }: { address: Address }) => {
  const polled = usePolled<ParkedKeys>(
    query,
    {
      group: asked['group'] ?? null,
      actor: asked['actor'] ?? null,
      topic: asked['topic'] ?? null,
      after: asked['after'] ?? null,
    },
    bellOfGroups,
  )
  const maySteer = useMaySteer()
  return (
    <>
      <Title name="Parked keys" />
      <Answered polled={polled}>
        {({ parkedKeys: { nodes, pageInfo } }) =>
          nodes.length === 0 ? (
            <Empty title="No key is parked">
              {Object.keys(asked).length === 0 ? (
                <>
                  A record that fails waits here with its key where its actor says{' '}
                  <code>retry.mode: 'park'</code>.
                </>
              ) : (
                <a href={hrefOf(['parked'])}>Look at those of all actors</a>
              )}
            </Empty>
          ) : (
            <>
              <Table
                label="Parked keys"
                columns={[
                  'Key',
                  'Actor',
                  'Where',
                  { name: 'Waiting', number: true },
                  'Next attempt',
                  'Last error',
                  ...(maySteer ? ['What to do'] : []),
                ]}
              >
                {nodes.map((parked) => (
                  <ParkedRow
                    key={`${parked.groupName}/${parked.actor}/${parked.topic}/${String(parked.partition)}/${parked.key}`}
                    parked={parked}
                    maySteer={maySteer}
                    onDone={polled.again}
                  />
                ))}
              </Table>
              <More path={['parked']} query={asked} pageInfo={pageInfo} />
            </>
          )
        }
      </Answered>
    </>
  )
}

interface RowProps {
  readonly parked: ParkedKey
  readonly maySteer: boolean
  readonly onDone: () => void
}

const ParkedRow = ({ parked, maySteer, onDone }: RowProps) => {
  const { groupName: group, actor, topic, partition, key, firstOffset } = parked
  const args = { group, actor, topic, partition, key }
  return (
    <tr>
      <th scope="row">
        <div class="path clamp" title={key}>
          {key}
        </div>
        <div class="quiet">since {moment(parked.parkedAt)}</div>
      </th>
      <td>
        <a href={hrefOf(['actors', group, actor])}>{actor}</a>
        <div class="quiet">{group}</div>
      </td>
      <td class="path">
        {topic}/{partition}
        {firstOffset !== null && `@${String(firstOffset)}`}
      </td>
      <td class="number">{count(parked.records)}</td>
      <td class="nowrap">
        {parked.held || parked.dueAt === null ? <Badge tone="bad">held</Badge> : moment(parked.dueAt)}
        <div class="quiet">tried {count(parked.attempts)} times</div>
      </td>
      <td class="wide">
        {parked.errorClass === '' ? '–' : <code>{parked.errorClass}</code>}
        <div class="clamp">{parked.message}</div>
      </td>
      {maySteer && (
        <td>
          <div class="acts">
            <SteerButton
              verb="Release"
              label={`Release ${key}`}
              title={`Release ${key}`}
              says="Its first record is tried now; what waits behind it follows when that is done."
              mutation="releaseParkedKey"
              args={args}
              onDone={onDone}
            />
            {firstOffset !== null && (
              <SteerButton
                verb="Skip"
                label={`Skip the first record of ${key}`}
                title={`Skip the first record of ${key}`}
                says="It is left out for good, and what waits behind it goes on."
                mutation="skipParkedKey"
                args={{ ...args, offset: firstOffset }}
                isGrave
                onDone={onDone}
              />
            )}
          </div>
        </td>
      )}
    </tr>
  )
}
