/** One replay: what it is of, how far it is, what became of its records, and its brakes. */

import { hrefOf, type Address } from '../address.ts'
import { count, moment } from '../format.ts'
import { Fact, Title } from '../page.tsx'
import { usePolled } from '../polled.ts'
import { Answered, Empty } from '../states.tsx'
import { BrakeButtons, HowFar, StateBadge } from '../steer/going-on.tsx'
import { replayFields, type Replay } from './replay-view.ts'

const brakes = { pause: 'pauseReplay', resume: 'resumeReplay', stop: 'stopReplay' } as const

const query = `query($id: ID!) { replay(id: $id) { ${replayFields} } }`

export const ReplayPage = ({ address: { path } }: { address: Address }) => {
  const id = path[1] ?? ''
  const polled = usePolled<{ readonly replay: Replay | null }>(query, { id })
  const replay = polled.data?.replay
  return (
    <>
      <Title name={`Replay ${id}`} up={{ path: ['replays'], name: 'Replays' }}>
        {replay && (
          <BrakeButtons id={id} state={replay.state} noun="replay" brakes={brakes} onDone={polled.again} />
        )}
      </Title>
      <Answered polled={polled}>
        {({ replay }) =>
          replay === null ? (
            <Empty title="There is no such replay">
              It may have ended long ago. <a href={hrefOf(['replays'])}>All replays</a>
            </Empty>
          ) : (
            <Details replay={replay} />
          )
        }
      </Answered>
    </>
  )
}

const Details = ({ replay }: { replay: Replay }) => {
  const { groupName, actor, topic, partition, fromOffset, toOffset, nextOffset } = replay
  return (
    <section class="card">
      <dl class="facts">
        <Fact name="State">
          <StateBadge of={replay.state} />
          {replay.trouble !== null && <div class="mark">{replay.trouble}</div>}
        </Fact>
        <Fact name="Actor">
          <a href={hrefOf(['actors', groupName, actor])}>{actor}</a> <span class="quiet">of {groupName}</span>
        </Fact>
        <Fact name="Partition">
          <a href={hrefOf(['partitions'], { at: `${groupName}/${topic}/${String(partition)}` })}>
            {topic}/{partition}
          </a>
        </Fact>
        <Fact name="Range">
          {count(fromOffset)} to before {count(toOffset)}{' '}
          <a
            href={hrefOf(['records'], {
              topic,
              partition: String(partition),
              offset: String(fromOffset),
            })}
          >
            Records
          </a>
        </Fact>
        <Fact name="What was handled before">
          {replay.dedupe === 'REPLAY' ? 'has its effects again' : 'stays handled'}
        </Fact>
        <Fact name="At most">{count(replay.ratePerSecond)} records a second</Fact>
        <Fact name="Begun">
          {moment(replay.createdAt)} by {replay.createdBy}
        </Fact>
        <Fact name="Ended">{replay.finishedAt === null ? 'not yet' : moment(replay.finishedAt)}</Fact>
      </dl>
      <h2>Offsets so far</h2>
      <HowFar done={nextOffset - fromOffset} all={toOffset - fromOffset} label="Offsets that are through" />
      <dl class="facts" aria-live="polite">
        <Fact name="Applied">{count(replay.applied)}</Fact>
        <Fact name="Passed over">{count(replay.passedOver)}</Fact>
        <Fact name="Not for this actor">{count(replay.skipped)}</Fact>
        <Fact name="Dead-lettered">
          {replay.dead === 0 ? (
            '0'
          ) : (
            <a href={hrefOf(['letters'], { actor, group: groupName })}>{count(replay.dead)}</a>
          )}
        </Fact>
        {replay.gone > 0 && <Fact name="No record in the log">{count(replay.gone)}</Fact>}
      </dl>
      {replay.state === 'RUNNING' && nextOffset === fromOffset && (
        <p class="quiet">
          Whoever has the partition takes it up. It waits where nobody does, and while the actor is paused.
        </p>
      )}
    </section>
  )
}
