/** What waits in the outbox to be sent to Kafka, who sends it, and what is in its way. */

import { count, duration, moment, word } from '../format.ts'
import { bellOfGroups } from '../live.ts'
import { Badge, Table, Tile, Title } from '../page.tsx'
import type { Tone } from '../tone.ts'
import { usePolled } from '../polled.ts'
import { Answered, Empty } from '../states.tsx'

interface Slice {
  readonly slice: number
  readonly state: 'TAKING_OVER' | 'SENDING' | 'IDLE' | 'WAITING' | 'ENDED' | 'ORPHAN'
  readonly records: number
  readonly ageMs: number | null
  readonly relay: { readonly id: string; readonly nodeName: string } | null
  readonly holder: string | null
  readonly leasedUntil: string | null
  readonly waitsFor: string
  readonly heldTopics: readonly { readonly topic: string; readonly message: string }[]
}

interface Outbox {
  readonly outbox: {
    readonly records: number
    readonly ageMs: number
    readonly parked: number
    readonly heldBackMs: number | null
    readonly sentRecords: number
    readonly relays: readonly { readonly id: string; readonly nodeName: string; readonly uptimeMs: number }[]
    readonly slices: readonly Slice[]
  }
}

const query = `{ outbox {
  records ageMs parked heldBackMs sentRecords
  relays { id nodeName uptimeMs }
  slices {
    slice state records ageMs holder leasedUntil waitsFor
    relay { id nodeName } heldTopics { topic message }
  }
} }`

/** From here on somebody should look. */
export const lateMs = 60_000
const mostCounted = 10_000

export const OutboxPage = () => (
  <>
    <Title name="Outbox" />
    <Answered polled={usePolled<Outbox>(query, undefined, bellOfGroups)}>
      {({ outbox }) => (
        <>
          <dl class="tiles">
            <Tile name="Waiting to be sent" value={atLeast(outbox.records)} />
            <Tile name="The oldest of them" value={duration(outbox.ageMs)} bad={outbox.ageMs > lateMs} />
            <Tile name="No broker took" value={atLeast(outbox.parked)} bad={outbox.parked > 0} />
            <Tile name="Sent by live relays" value={count(outbox.sentRecords)} />
            <Tile
              name="Live relays"
              value={count(outbox.relays.length)}
              bad={outbox.relays.length === 0 && outbox.records > 0}
            />
            <Tile
              name="Held back"
              value={duration(outbox.heldBackMs)}
              bad={(outbox.heldBackMs ?? 0) > lateMs}
            />
          </dl>
          <Remedies of={outbox} />
          <h2>Slices</h2>
          <Table
            label="Slices"
            columns={[
              { name: 'Slice', number: true },
              'State',
              { name: 'Waiting', number: true },
              { name: 'The oldest', number: true },
              'Relay',
              'What is in its way',
            ]}
          >
            {outbox.slices.map((slice) => (
              <Row key={slice.slice} slice={slice} />
            ))}
          </Table>
          <p class="quiet">Events of one key are in one slice, in order; a relay at a time sends it.</p>
        </>
      )}
    </Answered>
  </>
)

/** A slice counts no further. */
const atLeast = (records: number): string =>
  records >= mostCounted ? `${count(records)} or more` : count(records)

const Remedies = ({ of: { records, relays, parked } }: { of: Outbox['outbox'] }) => {
  if (relays.length === 0)
    return records === 0 ? (
      <Empty title="No relay runs">
        Nothing waits for one. Actors with effects in Postgres need it as soon as they emit an event or give
        one up: <code>npm run relay</code> starts one.
      </Empty>
    ) : (
      <p class="notice">
        <strong>No relay runs:</strong> what waits is not sent. <code>npm run relay</code> starts one.
      </p>
    )
  return parked === 0 ? null : (
    <p class="notice">
      <strong>Events that no broker took</strong> wait in troupe.outbox_parked, with the reason beside each:
      mend the topic, then put them back (docs/operations.md, Outbox).
    </p>
  )
}

const tones: Readonly<Record<Slice['state'], Tone>> = {
  TAKING_OVER: 'busy',
  SENDING: 'good',
  IDLE: 'good',
  WAITING: 'bad',
  ENDED: 'quiet',
  ORPHAN: 'bad',
}

const Row = ({
  slice: { slice, state, records, ageMs, relay, holder, leasedUntil, ...why },
}: {
  slice: Slice
}) => (
  <tr>
    <th scope="row" class="number">
      {slice}
    </th>
    <td>
      <Badge tone={state === 'ORPHAN' && records === 0 ? 'quiet' : tones[state]}>
        {state === 'ORPHAN' ? 'nobody has it' : word(state)}
      </Badge>
    </td>
    <td class="number">{atLeast(records)}</td>
    <td class="number">{duration(ageMs)}</td>
    <td>
      {relay === null ? (
        <span class="quiet">{holder === null ? 'none' : `leased to ${holder}`}</span>
      ) : (
        <>
          {relay.nodeName} <div class="quiet">{relay.id}</div>
        </>
      )}
      {relay === null && leasedUntil !== null && <div class="quiet">until {moment(leasedUntil)}</div>}
    </td>
    <td class="wide">
      {why.waitsFor === '' && why.heldTopics.length === 0 && <span class="quiet">nothing</span>}
      {why.waitsFor !== '' && <div class="mark">{why.waitsFor}</div>}
      {why.heldTopics.map(({ topic, message }) => (
        <div key={topic} class="mark">
          {topic}: {message}
        </div>
      ))}
    </td>
  </tr>
)
