/** Options: what was passed > environment > default. A wrong value stops the start, naming option and variable. */

import { TroupeError } from '../errors.ts'
import { readDomains, type DomainTopic } from './domains.ts'
import type { Option } from './option.ts'
import { optionTable } from './table.ts'

type Table = typeof optionTable
type ValueOf<O> = O extends Option<infer T> ? T : never

/** Every option with its value; nothing is left open. */
export type Options = {
  readonly [Name in Exclude<keyof Table, 'explorer'>]: ValueOf<Table[Name]>
} & {
  readonly explorer: boolean
  readonly domains: Readonly<Record<string, DomainTopic>>
}

export type Environment = Readonly<Record<string, string | undefined>>

/** Throws CONFIG_INVALID with every wrong value at once, one a line. */
export const resolveOptions = (given: Partial<Options> = {}, env: Environment = {}): Options => {
  const wrong: string[] = []
  const resolved: Record<string, unknown> = { domains: given.domains ?? readDomains(env) }
  for (const [name, option] of Object.entries(optionTable) as [keyof Table, Option<unknown>][]) {
    const passed = given[name]
    const asText = passed === undefined ? env[option.variable] : undefined
    // An empty variable is an unset one: Helm and Compose write them so.
    if (passed !== undefined) resolved[name] = passed
    else if (asText === undefined || asText === '') resolved[name] = option.fallback
    else {
      resolved[name] = option.read(asText)
      if (resolved[name] === undefined) wrong.push(complaint(name, option, asText))
    }
  }
  if (wrong.length > 0) throw new TroupeError('CONFIG_INVALID', wrong.join('\n'))
  const options = withPrefixedTopics(withExplorer(resolved as Options), given, env)
  checkTogether(options)
  return options
}

const withExplorer = (options: Omit<Options, 'explorer'> & { readonly explorer?: boolean }): Options => ({
  ...options,
  explorer: options.explorer ?? options.environment !== 'production',
})

/** A name that is given is taken as it is; one that Troupe makes up begins with the prefix. */
const withPrefixedTopics = (options: Options, given: Partial<Options>, env: Environment): Options => {
  const named = (name: 'kafkaDlqTopic' | 'kafkaUnhandledExceptionTopic'): string => {
    const isGiven = given[name] !== undefined || (env[optionTable[name].variable] ?? '') !== ''
    return isGiven ? options[name] : options.kafkaPrefix + options[name]
  }
  return {
    ...options,
    kafkaDlqTopic: named('kafkaDlqTopic'),
    kafkaUnhandledExceptionTopic: named('kafkaUnhandledExceptionTopic'),
  }
}

/** Undefined: unhandled exceptions are told nowhere but in their dead letters. */
export const unhandledTopicOf = (
  options: Pick<Options, 'kafkaUnhandledExceptionTopic'>,
): string | undefined =>
  options.kafkaUnhandledExceptionTopic === 'off' ? undefined : options.kafkaUnhandledExceptionTopic

/** Where records that are given up go: one topic, or two. */
export const letterTopicsOf = (
  options: Pick<Options, 'kafkaDlqTopic' | 'kafkaUnhandledExceptionTopic'>,
): readonly string[] => [options.kafkaDlqTopic, unhandledTopicOf(options) ?? []].flat()

const complaint = (name: string, option: Option<unknown>, value: string): string =>
  `option ${name} (${option.variable}) is ${option.secret ? 'a value that is not shown' : `"${value}"`}. ` +
  `Allowed: ${option.allowed}${option.unit ? `, in ${option.unit}` : ''}.`

/** What only holds of several options together. */
const checkTogether = (options: Options): void => {
  const sasl = options.kafkaSaslMechanism
  if (['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER'].includes(sasl)) {
    if (options.kafkaSaslUsername === undefined || options.kafkaSaslPassword === undefined) {
      throw new TroupeError(
        'CONFIG_INVALID',
        `KAFKA_SASL_MECHANISM=${sasl} needs KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD.`,
      )
    }
  }
  if (sasl === 'OAUTHBEARER' && options.kafkaSaslTokenEndpoint === undefined) {
    throw new TroupeError(
      'CONFIG_INVALID',
      'KAFKA_SASL_MECHANISM=OAUTHBEARER needs KAFKA_SASL_TOKEN_ENDPOINT.',
    )
  }
  if (options.jwtJwksUrl !== undefined || options.jwtKeyFile !== undefined) {
    if (options.jwtJwksUrl !== undefined && options.jwtKeyFile !== undefined)
      throw new TroupeError(
        'CONFIG_INVALID',
        'JWT_JWKS_URL and JWT_KEY_FILE together: keys come from one place.',
      )
    if (options.jwtIssuer === undefined || options.jwtAudience === undefined)
      throw new TroupeError(
        'CONFIG_INVALID',
        "JSON Web Tokens need JWT_ISSUER and JWT_AUDIENCE: without them anybody's token for anything would do.",
      )
  }
  if (options.onlyPersisted && options.persistedQueriesFile === undefined) {
    throw new TroupeError(
      'CONFIG_INVALID',
      'ONLY_PERSISTED needs PERSISTED_QUERIES_FILE: nothing could be asked.',
    )
  }
  if (options.kafkaUnhandledExceptionTopic === options.kafkaDlqTopic) {
    throw new TroupeError(
      'CONFIG_INVALID',
      `KAFKA_UNHANDLED_EXCEPTION_TOPIC and KAFKA_DLQ_TOPIC are both ${options.kafkaDlqTopic}: letters would be there twice. Name another topic, or off.`,
    )
  }
  if (options.drainTimeoutMs >= options.kafkaMaxPollIntervalMs) {
    throw new TroupeError(
      'CONFIG_INVALID',
      `DRAIN_TIMEOUT_MS (${options.drainTimeoutMs}) must be below KAFKA_MAX_POLL_INTERVAL_MS (${options.kafkaMaxPollIntervalMs}), or the group gives up on a process that drains.`,
    )
  }
}

/** For the start log: every option with its value, secrets replaced. */
export const printable = (options: Options): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    (Object.entries(optionTable) as [keyof Table, Option<unknown>][]).map(([name, option]) => {
      const value = options[name]
      return [name, option.secret && value !== undefined ? withoutSecret(String(value)) : value]
    }),
  )

/** An address keeps its host; anything else is hidden whole. */
const withoutSecret = (value: string): string => {
  if (!URL.canParse(value)) return '***'
  const { protocol, host, pathname } = new URL(value)
  return `${protocol}//${host}${pathname}`
}
