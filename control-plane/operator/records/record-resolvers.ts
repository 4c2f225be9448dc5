/** Records of the log: what is asked of them, and their fields. */

import type { DecodedValue, RecordPlace, RecordQuestion } from '../../../runtime/control/index.ts'
import { TroupeError } from '../../../runtime/errors.ts'
import { InputError } from '../../read-model/input-error.ts'
import { boundedFirst } from '../../read-model/page.ts'
import type {
  QueryRecordsArgs,
  QueryResolvers,
  LogRecordResolvers,
  ResolversParentTypes,
} from '../generated/resolver-types.ts'
import type { RequestContext } from '../request-context.ts'

const defaultFirst = 20

export const recordQueries = {
  records: async (_, asked, context) => {
    if (context.records === undefined) throw new InputError(recordsAreOff)
    try {
      return await context.records.read(questionOf(asked, context))
    } catch (error) {
      if (error instanceof TroupeError && error.code === 'TOPIC_MISSING')
        throw new InputError(`There is no partition ${asked.topic}/${String(asked.partition)}.`)
      throw error
    }
  },
} satisfies QueryResolvers

/** Personal fields are for those who steer. */
const isMasked = ({ role }: RequestContext): boolean => role === 'viewer'

const questionOf = (asked: QueryRecordsArgs, context: RequestContext): RecordQuestion => {
  const { topic, partition, key, type } = asked
  if (!/^[A-Za-z0-9._-]{1,249}$/.test(topic)) throw new InputError('"topic" is no name of a topic')
  if (partition < 0) throw new InputError('"partition" is 0 or more')
  const limit = boundedFirst(asked.first, defaultFirst)
  return {
    topic,
    partition,
    limit,
    from: placeOf(asked, limit),
    ...(typeof key === 'string' && { key }),
    ...(typeof type === 'string' && { eventType: type }),
    masked: isMasked(context),
  }
}

const placeOf = ({ offset, time }: QueryRecordsArgs, limit: number): RecordPlace => {
  if (typeof offset === 'number' && time instanceof Date)
    throw new InputError('Give "offset" or "time", not both.')
  if (time instanceof Date) return { kind: 'time', atMs: time.getTime() }
  if (typeof offset !== 'number') return { kind: 'before-end', offsets: limit }
  return offset < 0 ? { kind: 'before-end', offsets: -offset } : { kind: 'offset', offset }
}

const LogRecord: LogRecordResolvers = {
  at: ({ timestampMs }) => (timestampMs === null ? null : new Date(timestampMs)),
  headers: ({ headers }) => headers.map(([name, value]) => ({ name, value })),
}

export const recordTypes = { LogRecord }

const recordsAreOff =
  'This control plane reads no records: start it with KAFKA_BROKERS and SCHEMA_REGISTRY_URL, and without KAFKA_ENABLED=false.'

/** Of a dead letter. What cannot be decoded now leaves the rest of it to be seen, and says why. */
export const decodedLetter = async (
  { original: { value } }: ResolversParentTypes['DeadLetterDetail'],
  _: unknown,
  context: RequestContext,
): Promise<DecodedValue> => {
  if (context.records === undefined) return undecoded(recordsAreOff)
  return context.records.decode(value, isMasked(context)).catch((error: unknown) => {
    if (error instanceof TroupeError && error.retryable) return undecoded(awayTexts[error.code] ?? error.code)
    throw error
  })
}

/** What exactly is wrong names hosts: the log of the control plane has it. */
const awayTexts: Readonly<Record<string, string>> = {
  REGISTRY_UNAVAILABLE: 'The schema registry does not answer: ask again when it does.',
  KAFKA_UNAVAILABLE: 'The process that decodes does not answer: ask again in a while.',
}

const undecoded = (unreadable: string): DecodedValue => ({
  ...{ eventType: '', schemaId: null, json: null, maskedFields: [] },
  unreadable,
})
