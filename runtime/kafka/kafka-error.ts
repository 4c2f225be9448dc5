/**
 * Errors of librdkafka, read once: node-rdkafka gives a number for some, and for delivery reports and events only
 * the text of the error. Both become a fault with librdkafka's number; the table below says which of them are ours
 * to name for the person on call.
 */

import { createRequire } from 'node:module'
import Kafka from 'node-rdkafka'
import { type ErrorCode, TroupeError, messageOf } from '../errors.ts'

const { err2str } = createRequire(import.meta.url)('node-rdkafka/librdkafka.js') as {
  readonly err2str: (code: number) => string
}

export const kafkaCodes = Kafka.CODES.ERRORS

export interface KafkaFault {
  /** librdkafka's number, below 0 for its own errors, above 0 for a broker's; -1 (unknown) when there is none. */
  readonly code: number
  readonly message: string
}

/** `local: message timed out` → -192: the number of an error of which only the text is left. */
const codeOfText = new Map<string, number>()
for (const code of Object.values(kafkaCodes)) {
  if (typeof code === 'number') codeOfText.set(err2str(code).toLowerCase(), code)
}

const unknownCode = -1

/** Any error of node-rdkafka: LibrdKafkaError, a plain object with a code, an Error with librdkafka's text. */
export const faultOf = (thrown: unknown): KafkaFault => {
  const { code, origin } = (thrown ?? {}) as { readonly code?: unknown; readonly origin?: unknown }
  const message = describe(thrown)
  if (typeof code === 'number' && code !== unknownCode) return { code, message: err2str(code) }
  // node-rdkafka takes the origin off the text and puts both into lower case.
  const text = typeof origin === 'string' && origin !== 'unknown' ? `${origin}: ${message}` : message
  const known = codeOfText.get(text.toLowerCase())
  return known === undefined ? { code: unknownCode, message } : { code: known, message: err2str(known) }
}

const describe = (thrown: unknown): string => {
  const text = (thrown as { readonly message?: unknown } | null | undefined)?.message
  return typeof text === 'string' ? text : messageOf(thrown)
}

/** Faults that waiting does not heal, and the code Troupe gives them. All others are the caller's to name. */
const namedFaults = new Map<number, ErrorCode>([
  [kafkaCodes.ERR__FATAL, 'KAFKA_FATAL'],
  [kafkaCodes.ERR__FENCED, 'KAFKA_FENCED'],
  [kafkaCodes.ERR_FENCED_INSTANCE_ID, 'KAFKA_FENCED'],
  [kafkaCodes.ERR__AUTHENTICATION, 'KAFKA_UNAUTHORIZED'],
  [kafkaCodes.ERR_SASL_AUTHENTICATION_FAILED, 'KAFKA_UNAUTHORIZED'],
  [kafkaCodes.ERR_UNSUPPORTED_SASL_MECHANISM, 'KAFKA_UNAUTHORIZED'],
  [kafkaCodes.ERR_TOPIC_AUTHORIZATION_FAILED, 'KAFKA_UNAUTHORIZED'],
  [kafkaCodes.ERR_GROUP_AUTHORIZATION_FAILED, 'KAFKA_UNAUTHORIZED'],
  [kafkaCodes.ERR_CLUSTER_AUTHORIZATION_FAILED, 'KAFKA_UNAUTHORIZED'],
  [kafkaCodes.ERR__UNKNOWN_TOPIC, 'TOPIC_MISSING'],
  [kafkaCodes.ERR__UNKNOWN_PARTITION, 'TOPIC_MISSING'],
  [kafkaCodes.ERR_UNKNOWN_TOPIC_OR_PART, 'TOPIC_MISSING'],
  [kafkaCodes.ERR_MSG_SIZE_TOO_LARGE, 'PRODUCE_REFUSED'],
  [kafkaCodes.ERR_RECORD_LIST_TOO_LARGE, 'PRODUCE_REFUSED'],
  [kafkaCodes.ERR_TOPIC_EXCEPTION, 'PRODUCE_REFUSED'],
  [kafkaCodes.ERR_INVALID_TIMESTAMP, 'PRODUCE_REFUSED'],
  [kafkaCodes.ERR_INVALID_RECORD, 'PRODUCE_REFUSED'],
  [kafkaCodes.ERR_POLICY_VIOLATION, 'PRODUCE_REFUSED'],
  [kafkaCodes.ERR__INVALID_ARG, 'PRODUCE_REFUSED'],
])

const fencedText = err2str(kafkaCodes.ERR_FENCED_INSTANCE_ID).toLowerCase()

/** The code of a fault that waiting does not heal; undefined for those that pass. */
export const lastingCodeOf = ({ code, message }: KafkaFault): ErrorCode | undefined =>
  // A fatal error wraps its cause in its text only.
  code === kafkaCodes.ERR__FATAL && message.toLowerCase().includes(fencedText)
    ? 'KAFKA_FENCED'
    : namedFaults.get(code)

/** What on-call people do about it, by code. */
const remedies: Partial<Record<ErrorCode, string>> = {
  KAFKA_FENCED: 'another process uses the same group.instance.id: give each process its own',
  KAFKA_UNAUTHORIZED: "check the KAFKA_SASL_* settings and the user's rights (ACLs) on topic and group",
  TOPIC_MISSING: 'create the topic, or let Troupe create it at its start',
  PRODUCE_REFUSED: 'the record itself is refused; sending it again cannot help',
}

/** `doing` fills "while … "; `detail` is the client's last log line about it, where there is one. */
export const kafkaError = (
  thrown: unknown,
  doing: string,
  fallback: ErrorCode,
  detail?: string,
): TroupeError => {
  const fault = faultOf(thrown)
  const code = lastingCodeOf(fault) ?? fallback
  const parts = [`Kafka: ${fault.message} while ${doing}`, detail, remedies[code]]
  return new TroupeError(code, parts.filter((part) => part !== undefined).join('; '), { cause: thrown })
}
