/** One dead letter with all that is known of it: its error, what was in the record, what became of it. */

import { hrefOf, type Address } from '../address.ts'
import { count, moment } from '../format.ts'
import { Fact, Table, Title } from '../page.tsx'
import { usePolled } from '../polled.ts'
import { Decoded, decodedFields, type DecodedValue } from '../records/decoded-value.tsx'
import { placeText } from '../records/record-place.ts'
import { hrefOfPlace, PlaceLink } from '../records/place-link.tsx'
import { Answered, Empty } from '../states.tsx'
import { SteerButton } from '../steer/steer-button.tsx'
import { letterFields, type Letter } from './letter-fields.ts'
import { LetterState } from './letter-state.tsx'
import { payloadOf } from './payload.ts'
import { RedriveButton } from './redrive-button.tsx'

interface Detail {
  readonly letter: Letter & {
    readonly correlationId: string
    readonly traceId: string | null
    readonly actorVersion: string | null
  }
  readonly stack: string
  readonly valueBase64: string | null
  readonly valueText: string | null
  readonly headers: readonly { readonly name: string; readonly value: string | null }[] | null
  readonly recordedAt: string | null
  readonly receipts: readonly {
    readonly outcome: string
    readonly reason: string
    readonly by: string
    readonly at: string
    readonly redriveId: string | null
    readonly producedTo: string | null
  }[]
}

const query = `query($id: ID!) {
  deadLetter(id: $id) {
    letter { ${letterFields} correlationId traceId actorVersion }
    stack valueBase64 valueText recordedAt
    headers { name value }
    receipts { outcome reason by at redriveId producedTo }
  }
}`

export const LetterPage = ({ address: { path } }: { address: Address }) => {
  const id = path[1] ?? ''
  const polled = usePolled<{ readonly deadLetter: Detail | null }>(query, { id })
  const detail = polled.data?.deadLetter
  const isDead = detail?.letter.state === 'DEAD'
  return (
    <>
      <Title name={`Dead letter ${id}`} up={{ path: ['letters'], name: 'Dead letters' }}>
        {detail && (
          <>
            <RedriveButton
              verb="Redrive"
              title={`Redrive letter ${id}`}
              filter={{ ids: [id] }}
              isDisabled={!isDead}
              onDone={polled.again}
            />
            <SteerButton
              verb="Discard"
              title={`Discard letter ${id}`}
              mutation="discardDeadLetters"
              args={{ ids: [id] }}
              says="Nothing more happens to it. It stays on record, with a receipt."
              isGrave
              isDisabled={!isDead}
              onDone={polled.again}
            />
          </>
        )}
      </Title>
      <Answered polled={polled}>
        {({ deadLetter }) =>
          deadLetter === null ? (
            <Empty title="There is no such letter">
              It may be older than letters are kept. <a href={hrefOf(['letters'])}>All dead letters</a>
            </Empty>
          ) : (
            <LetterDetail detail={deadLetter} />
          )
        }
      </Answered>
    </>
  )
}

const LetterDetail = ({ detail }: { detail: Detail }) => {
  const { letter, stack, headers, receipts, recordedAt } = detail
  return (
    <div class="columns">
      <section class="card">
        <h2>Why it was given up</h2>
        <p class="says">{letter.message || 'Nothing was said.'}</p>
        <dl class="facts">
          <Fact name="State">
            <LetterState of={letter.state} />
          </Fact>
          <Fact name="Error">
            <code>{letter.errorClass || '–'}</code> <code>{letter.errorCode}</code>
          </Fact>
          <Fact name="Outcome">
            {letter.outcome} after {count(letter.attempts)} {letter.attempts === 1 ? 'attempt' : 'attempts'}
          </Fact>
          <Fact name="Failed at">{moment(letter.failedAt)}</Fact>
          <Fact name="Redriven before">
            {letter.redrives === 0 ? 'never' : `${count(letter.redrives)} times`}
          </Fact>
        </dl>
        {stack !== '' && (
          <details>
            <summary>Where it came from</summary>
            <pre>{stack}</pre>
          </details>
        )}
      </section>
      <section class="card">
        <h2>Whose it was</h2>
        <dl class="facts">
          <Fact name="Actor">
            <a href={hrefOf(['actors', letter.groupName, letter.actor])}>{letter.actor}</a> in{' '}
            {letter.groupName}
            {letter.actorVersion !== null && <span class="quiet"> version {letter.actorVersion}</span>}
          </Fact>
          <Fact name="Record">
            <a href={hrefOfPlace(letter)}>{placeText(letter)}</a>
            {recordedAt !== null && <span class="quiet"> of {moment(recordedAt)}</span>}
          </Fact>
          <Fact name="Key">{letter.key ?? 'none'}</Fact>
          <Fact name="Event">
            {letter.eventId === '' ? (
              'its id could not be read'
            ) : (
              <a href={hrefOf(['story'], { event: letter.eventId, tenant: letter.tenant })}>
                {letter.eventId}
              </a>
            )}
            <div class="quiet">{letter.eventType}</div>
          </Fact>
          <Fact name="Tenant">{letter.tenant || '–'}</Fact>
          <Fact name="Belongs to">{letter.correlationId || '–'}</Fact>
          <Fact name="Trace">{letter.traceId ?? '–'}</Fact>
        </dl>
      </section>
      <section class="card whole">
        <h2>What was in it</h2>
        <Value detail={detail} />
        {headers === null ? (
          <p class="quiet">Its bytes and headers are shown with the key of an operator.</p>
        ) : (
          <>
            <h3>Headers</h3>
            {headers.length === 0 ? (
              <p class="quiet">It has no headers.</p>
            ) : (
              <Table label="Headers" columns={['Header', 'Value']}>
                {headers.map(({ name, value }, nth) => (
                  <tr key={nth}>
                    <th scope="row">{name}</th>
                    <td class="path">{value ?? <span class="quiet">none</span>}</td>
                  </tr>
                ))}
              </Table>
            )}
          </>
        )}
      </section>
      <section class="card whole">
        <h2>What became of it</h2>
        {receipts.length === 0 ? (
          <p class="quiet">Nothing yet: it waits for an operator.</p>
        ) : (
          <ol class="answers">
            {receipts.map(({ outcome, reason, by, at, redriveId, producedTo }, nth) => (
              <li key={nth}>
                {moment(at)} <strong>{outcome}</strong> by {by}
                {redriveId !== null && (
                  <>
                    , <a href={hrefOf(['redrives', redriveId])}>campaign {redriveId}</a>
                  </>
                )}
                {producedTo !== null && (
                  <>
                    , produced to <PlaceLink text={producedTo} />
                  </>
                )}
                <div class="quiet">{reason}</div>
              </li>
            ))}
          </ol>
        )}
      </section>
    </div>
  )
}

/** Decoded, which is asked for once: what is in a letter does not change. Its bytes besides, for those who may see them. */
const Value = ({ detail }: { detail: Detail }) => {
  const polled = usePolled<{ readonly deadLetter: { readonly decoded: DecodedValue } | null }>(
    `query($id: ID!) { deadLetter(id: $id) { decoded { ${decodedFields} } } }`,
    { id: detail.letter.id },
    undefined,
    { once: true },
  )
  const decoded = polled.data?.deadLetter?.decoded
  const isAllThereIs = polled.refusal !== undefined || (decoded !== undefined && decoded.unreadable !== '')
  return (
    <>
      <Answered polled={polled}>{() => decoded && <Decoded of={decoded} />}</Answered>
      {detail.headers !== null && (
        <details open={isAllThereIs}>
          <summary>As it was written</summary>
          <Payload detail={detail} />
        </details>
      )}
    </>
  )
}

const Payload = ({ detail: { valueText, valueBase64 } }: { detail: Detail }) => {
  const payload = payloadOf(valueText, valueBase64)
  switch (payload.kind) {
    case 'none':
      return <p class="quiet">A tombstone: it has no value.</p>
    case 'json':
    case 'text':
      return <pre tabIndex={0}>{payload.text}</pre>
    case 'bytes':
      return (
        <>
          <p class="quiet">
            {count(payload.bytes)} bytes that are no text
            {payload.shown < payload.bytes && `; the first ${count(payload.shown)}`}:
          </p>
          <pre tabIndex={0}>{payload.text}</pre>
        </>
      )
    default:
      return payload satisfies never
  }
}
