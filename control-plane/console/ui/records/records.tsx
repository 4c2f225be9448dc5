/** Records of a partition as they are in the log, decoded: from an offset, a time, or the newest as they come. */

import { Fragment } from 'preact'

import { hrefOf, type Address } from '../address.ts'
import { count } from '../format.ts'
import { Title } from '../page.tsx'
import { usePolled } from '../polled.ts'
import { SearchForm, type SearchField } from '../search-form.tsx'
import { Answered, Empty } from '../states.tsx'
import { instantOf } from '../time-field.ts'
import { recordFields, RecordRows, type LogRecord } from './record-rows.tsx'

interface Page {
  readonly records: {
    readonly low: number
    readonly end: number
    readonly nextOffset: number
    readonly records: readonly LogRecord[]
  }
}

const pageSize = 50

const query = `query($topic: String!, $partition: Int!, $offset: SafeInt, $time: DateTime, $key: String, $type: String) {
  records(topic: $topic, partition: $partition, first: ${String(pageSize)}, offset: $offset, time: $time, key: $key, type: $type) {
    low end nextOffset records { ${recordFields} }
  }
}`

const fields: readonly SearchField[] = [
  { name: 'topic', label: 'Topic', isNeeded: true },
  { name: 'partition', label: 'Partition', type: 'number', min: 0, first: '0' },
  { name: 'offset', label: 'From offset', type: 'number', otherwise: 'the newest' },
  { name: 'time', label: 'Or from, in your time', type: 'datetime-local' },
  { name: 'key', label: 'Only with this key', isRare: true },
  { name: 'type', label: 'Only of this event type', isRare: true },
  {
    name: 'follow',
    label: 'Follow',
    options: [
      ['', 'as they are now'],
      ['yes', 'the newest, as they come'],
    ],
    isRare: true,
  },
]

export const RecordsPage = ({ address: { query: asked } }: { address: Address }) => (
  <>
    <Title name="Records" />
    <SearchForm label="Records" path={['records']} query={asked} fields={fields} verb="Show" />
    {asked['topic'] === undefined ? <Topics /> : <Found key={JSON.stringify(asked)} asked={asked} />}
  </>
)

/** What the API says where it has no Kafka to read. */
const off = 'This control plane reads no records'

const Found = ({ asked }: { asked: Address['query'] }) => {
  const { topic = '', partition = '0', offset, time, key, type } = asked
  const follows = asked['follow'] === 'yes'
  const polled = usePolled<Page>(
    query,
    {
      topic,
      partition: Number(partition),
      offset: follows || offset === undefined ? null : Number(offset),
      time: follows ? null : (instantOf(time) ?? null),
      key: key ?? null,
      type: type ?? null,
    },
    undefined,
    { once: !follows },
  )
  if (polled.refusal?.message.startsWith(off))
    return (
      <Empty title="Records are not shown here">
        The control plane was started without Kafka. Start it with <code>KAFKA_BROKERS</code> and{' '}
        <code>SCHEMA_REGISTRY_URL</code>, and without <code>KAFKA_ENABLED=false</code>; or look from a shell:{' '}
        <code>npx troupe tail {topic || 'TOPIC'}</code>.
      </Empty>
    )
  return (
    <Answered polled={polled}>
      {({ records: page }) => (
        <>
          <p class="quiet" role="status">
            {page.end === page.low
              ? 'Nothing is in this partition now.'
              : `Offsets ${count(page.low)} to ${count(page.end - 1)} are in the log.`}{' '}
            {follows && 'New ones show up by themselves, the newest first.'}
          </p>
          {page.records.length === 0 ? (
            <Empty title="No record is there">
              {page.nextOffset < page.end
                ? `Nothing that fits up to offset ${count(page.nextOffset - 1)}: look further.`
                : 'The end of the log is reached: begin earlier, or follow what comes.'}
            </Empty>
          ) : (
            <RecordRows
              topic={topic}
              partition={Number(partition)}
              opened={asked['open'] === 'yes' ? Number(offset) : undefined}
              records={follows ? page.records.toReversed() : page.records}
            />
          )}
          {!follows && <Further page={page} asked={asked} />}
        </>
      )}
    </Answered>
  )
}

const Further = ({ page, asked }: { page: Page['records']; asked: Address['query'] }) => {
  const { low, end, nextOffset, records } = page
  const { time: _, open: __, ...kept } = asked
  const first = records[0]?.offset ?? nextOffset
  const isSearch = asked['key'] !== undefined || asked['type'] !== undefined
  return (
    <nav class="more" aria-label="Pages of the log">
      {!isSearch && first > low && (
        <a href={hrefOf(['records'], { ...kept, offset: String(Math.max(low, first - pageSize)) })}>
          Earlier
        </a>
      )}
      {nextOffset < end && <a href={hrefOf(['records'], { ...kept, offset: String(nextOffset) })}>Later</a>}
      {nextOffset >= end && <a href={hrefOf(['records'], { ...kept, offset: '', follow: 'yes' })}>Follow</a>}
    </nav>
  )
}

interface Topics {
  readonly partitions: {
    readonly nodes: readonly { readonly topic: string; readonly partition: number }[]
  }
}

/** Those that groups read are known; others can be typed. */
const Topics = () => (
  <Answered polled={usePolled<Topics>('{ partitions(first: 100) { nodes { topic partition } } }')}>
    {({ partitions: { nodes } }) => {
      const topics = Map.groupBy(nodes, ({ topic }) => topic)
      return (
        <Empty title="Of which partition?">
          {topics.size === 0 ? (
            'Give a topic and a partition: its newest records are shown, decoded by the schemas they were written with.'
          ) : (
            <>
              Give a topic and a partition, or choose one that is read now:
              <br />
              {[...topics].map(([topic, partitions]) => (
                <span key={topic} class="choice-of">
                  {topic}{' '}
                  {[...new Set(partitions.map(({ partition }) => partition))].map((partition) => (
                    <Fragment key={partition}>
                      <a
                        href={hrefOf(['records'], { topic, partition: String(partition) })}
                        aria-label={`${topic}, partition ${String(partition)}`}
                      >
                        {partition}
                      </a>{' '}
                    </Fragment>
                  ))}
                </span>
              ))}
            </>
          )}
        </Empty>
      )
    }}
  </Answered>
)
