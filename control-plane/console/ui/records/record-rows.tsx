/** Records in a table, each opened where somebody wants to see all of it. */

import { Fragment } from 'preact'
import { useState } from 'preact/hooks'

import { hrefOf } from '../address.ts'
import { moment } from '../format.ts'
import { Table } from '../page.tsx'
import { Decoded, decodedFields, type DecodedValue } from './decoded-value.tsx'
import { hrefOfPlace } from './place-link.tsx'

export interface LogRecord {
  readonly offset: number
  readonly at: string | null
  readonly key: string | null
  readonly headers: readonly { readonly name: string; readonly value: string | null }[]
  readonly value: DecodedValue
}

export const recordFields = `offset at key headers { name value } value { ${decodedFields} }`

interface RowsProps {
  readonly topic: string
  readonly partition: number
  readonly records: readonly LogRecord[]
  /** The offset of the one that is wanted. */
  readonly opened: number | undefined
}

export const RecordRows = ({ topic, partition, records, opened }: RowsProps) => (
  <Table label="Records" columns={[{ name: 'Offset', number: true }, 'At', 'Key', 'What is in it']}>
    {records.map((record) => (
      <tr key={record.offset}>
        <th scope="row" class="number">
          <a href={hrefOfPlace({ topic, partition, offset: record.offset })}>{record.offset}</a>
        </th>
        <td class="nowrap">{record.at === null ? <span class="quiet">no time</span> : moment(record.at)}</td>
        <td class="path">{record.key ?? <span class="quiet">none</span>}</td>
        <td class="wide whole">
          <Whole of={record} isOpen={record.offset === opened} />
        </td>
      </tr>
    ))}
  </Table>
)

/** What is in it is laid out when somebody looks: a page may hold a MiB. */
const Whole = ({ of: record, isOpen }: { of: LogRecord; isOpen: boolean }) => {
  const [isShown, show] = useState(isOpen)
  return (
    <details
      class="record"
      open={isShown}
      onToggle={(event) => {
        show(event.currentTarget.open)
      }}
    >
      <summary>
        <strong>{typeOf(record)}</strong>{' '}
        {!isShown && <span class="path brief">{briefOf(record.value)}</span>}
      </summary>
      {isShown && (
        <>
          <Decoded of={record.value} />
          <Headers of={record} />
        </>
      )}
    </details>
  )
}

const headerOf = ({ headers }: LogRecord, wanted: string): string | undefined =>
  headers.findLast(({ name }) => name === wanted)?.value ?? undefined

const typeOf = (record: LogRecord): string =>
  headerOf(record, 'event-type') ?? (record.value.eventType || 'unknown')

const mostBrief = 160

const briefOf = ({ json, unreadable }: DecodedValue): string => {
  if (unreadable !== '') return 'cannot be decoded'
  if (json === null) return 'a tombstone'
  return json.length > mostBrief ? `${json.slice(0, mostBrief)}…` : json
}

const Headers = ({ of: record }: { of: LogRecord }) => {
  const eventId = headerOf(record, 'event-id')
  return (
    <>
      {record.headers.length === 0 ? (
        <p class="quiet">It has no headers.</p>
      ) : (
        <dl class="facts">
          {record.headers.map(({ name, value }, nth) => (
            <Fragment key={nth}>
              <dt>{name}</dt>
              <dd class="path">{value ?? <span class="quiet">not shown</span>}</dd>
            </Fragment>
          ))}
        </dl>
      )}
      {eventId !== undefined && (
        <p>
          <a href={hrefOf(['story'], { event: eventId, tenant: headerOf(record, 'tenant-id') })}>
            Story of event {eventId}
          </a>
        </p>
      )}
    </>
  )
}
