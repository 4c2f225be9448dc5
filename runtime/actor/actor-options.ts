/**
 * The rules of an actor's options. Authors may write plain JavaScript, so nothing is taken on the compiler's word; a
 * wrong value says which actor, which option, what it is and what is allowed.
 */

import type { ParkingLimits } from '../delivery/parking.ts'
import { messageOf, TroupeError } from '../errors.ts'
import { compilePatterns } from '../routing/receives.ts'
import type {
  ActorDefinition,
  ActorOptions,
  Effects,
  Order,
  Receivables,
  RetryPolicy,
  RetryTimes,
} from './actor-definition.ts'
import type { Tracked } from './context.ts'
import type { Dependency } from './dependency.ts'
import type { StateType } from './state-type.ts'

export const defaultRetry: RetryPolicy = {
  mode: 'block',
  attempts: 5,
  backoff: 'exponential',
  firstDelayMs: 200,
  maxDelayMs: 60_000,
}

/** A key that may wait alone does: with the order of keys, and a Postgres to wait in. */
export const defaultRetryMode = (
  order: Order | undefined,
  effects: Effects | undefined,
): RetryPolicy['mode'] => (order === 'key' && effects === 'postgres' ? 'park' : defaultRetry.mode)

/** Timers hold no longer delay: 24 days. */
const longestDelayMs = 2 ** 31 - 1

interface Rule {
  readonly allowed: string
  readonly fits: (value: unknown) => boolean
  readonly required?: true
}
type Rules = Readonly<Record<string, Rule>>

const oneOf = (...values: readonly string[]): Rule => ({
  allowed: values.map((value) => `'${value}'`).join(' or '),
  fits: (value) => typeof value === 'string' && values.includes(value),
})

const wholeNumber = (from: number, to: number): Rule => ({
  allowed: `a whole number from ${String(from)} to ${String(to)}`,
  fits: (value) => Number.isInteger(value) && Number(value) >= from && Number(value) <= to,
})

const aFunction: Rule = { allowed: 'a function', fits: (value) => typeof value === 'function' }

const actorName: Rule = {
  allowed: "1 to 100 of a-z, 0-9 and '-', not beginning with '-'",
  fits: (value) => typeof value === 'string' && /^[a-z0-9][a-z0-9-]{0,99}$/.test(value),
}

const optionRules = {
  name: { ...actorName, required: true },
  receives: {
    allowed:
      "an object from event-name pattern to event type, such as { 'shipping.package.scanned': PackageScanned }",
    fits: (value) => isPlainObject(value) && Object.keys(value).length > 0,
    required: true,
  },
  receive: { ...aFunction, required: true },
  state: { allowed: 'stateOf<…>()', fits: (value) => isPlainObject(value) && value['kind'] === 'state-type' },
  group: {
    allowed: 'a consumer group: 1 to 249 characters',
    fits: (value) => typeof value === 'string' && value.trim() !== '' && value.length <= 249,
  },
  startFrom: oneOf('earliest', 'latest'),
  order: oneOf('partition', 'key', 'none'),
  concurrency: wholeNumber(1, 10_000),
  effects: oneOf('none', 'postgres', 'kafka'),
  idempotencyKey: aFunction,
  retry: { allowed: 'an object', fits: (value) => isPlainObject(value) },
  timeLimitMs: wholeNumber(1, longestDelayMs),
  dependencies: {
    allowed:
      'an object from name to { check }, such as { carrier: { check: (signal) => fetch(url, { signal }) } }',
    fits: (value) => isPlainObject(value) && Object.values(value).every(isPlainObject),
  },
  onTimer: aFunction,
  onReject: aFunction,
  sql: { allowed: 'true or false', fits: (value) => typeof value === 'boolean' },
  applyTracked: aFunction,
} as const satisfies Record<keyof ActorOptions<Receivables, unknown, Tracked>, Rule>

const dependencyRules = {
  check: { ...aFunction, required: true },
  everyMs: wholeNumber(0, longestDelayMs),
  timeoutMs: wholeNumber(1, longestDelayMs),
} as const satisfies Record<keyof Dependency, Rule>

const retryTimesRules = {
  attempts: wholeNumber(1, 1_000),
  backoff: oneOf('exponential', 'fixed'),
  firstDelayMs: wholeNumber(0, longestDelayMs),
  maxDelayMs: wholeNumber(0, longestDelayMs),
} as const satisfies Record<keyof RetryTimes, Rule>

const retryRules = {
  mode: oneOf('block', 'park', 'topic'),
  ...retryTimesRules,
  byClass: {
    allowed:
      'an object from class or code of an error to what is different for it, such as { CardDeclined: { attempts: 1 } }',
    fits: (value) => isPlainObject(value) && Object.values(value).every(isPlainObject),
  },
  parking: {
    allowed: 'an object, such as { maxParkedPerKey: 1_000 }',
    fits: (value) => isPlainObject(value),
  },
} as const satisfies Record<keyof RetryPolicy, Rule>

const parkingRules = {
  maxParkedPerKey: wholeNumber(1, Number.MAX_SAFE_INTEGER),
  maxParked: wholeNumber(1, Number.MAX_SAFE_INTEGER),
  maxAgeMs: wholeNumber(0, Number.MAX_SAFE_INTEGER),
  onLimit: oneOf('block', 'release'),
  afterDeadLetter: oneOf('hold', 'release'),
} as const satisfies Record<keyof ParkingLimits, Rule>

/** The options after checking: types of events and state are left behind. */
type CheckedOptions = Pick<ActorDefinition, 'name' | 'receives' | 'receive'> &
  Partial<Omit<ActorDefinition, 'kind' | 'retry' | 'dependencies' | 'stateForm'>> & {
    readonly retry?: Partial<RetryPolicy>
    readonly state?: StateType
    readonly dependencies?: Readonly<Record<string, Dependency>>
  }

/** Throws ACTOR_INVALID. */
export const checkedOptions = (options: unknown): CheckedOptions => {
  if (!isPlainObject(options))
    throw new TroupeError('ACTOR_INVALID', `an actor is defined by an object, not ${shown(options)}`)
  const actor = actorName.fits(options['name']) ? `actor '${String(options['name'])}'` : 'an actor'
  checkRules(actor, '', options, optionRules)
  // The rules above have looked at every property.
  const checked = options as unknown as CheckedOptions
  checkReceives(actor, checked.receives)
  if (checked.retry !== undefined) checkRetry(actor, checked.retry)
  checkState(actor, checked.state)
  for (const [name, dependency] of Object.entries(checked.dependencies ?? {}))
    checkRules(actor, `dependencies['${name}'].`, dependency, dependencyRules)
  checkTogether(actor, checked, options)
  checkRetryMode(actor, checked)
  return checked
}

/** So that an option given as undefined counts as absent. */
export const withoutUndefined = <T extends object>(options: T): T =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T

const checkRules = (actor: string, within: string, options: object, rules: Rules): void => {
  const given = new Map<string, unknown>(Object.entries(options))
  for (const option of given.keys()) {
    if (Object.hasOwn(rules, option)) continue
    invalid(actor, `has no option '${within}${option}'; there are ${Object.keys(rules).join(', ')}`)
  }
  for (const [option, { allowed, fits, required }] of Object.entries(rules)) {
    const value = given.get(option)
    if (value === undefined && required !== true) continue
    if (!fits(value)) invalid(actor, `has option ${within}${option} = ${shown(value)}; it must be ${allowed}`)
  }
}

const checkReceives = (actor: string, receives: Receivables): void => {
  for (const [pattern, type] of Object.entries<unknown>(receives)) {
    if (isReceivable(type)) continue
    invalid(
      actor,
      `has option receives['${pattern}'] = ${shown(type)}; it must be an event type or oneOf(…) of them`,
    )
  }
  try {
    compilePatterns(receives)
  } catch (error) {
    throw new TroupeError('ACTOR_INVALID', `${actor} has a wrong option receives: ${messageOf(error)}`, {
      cause: error,
    })
  }
}

const checkRetry = (actor: string, retry: Partial<RetryPolicy>): void => {
  checkRules(actor, 'retry.', retry, retryRules)
  if (retry.parking !== undefined) checkRules(actor, 'retry.parking.', retry.parking, parkingRules)
  const times = { ...defaultRetry, ...withoutUndefined(retry) }
  checkDelays(actor, 'retry.', times)
  for (const [name, different] of Object.entries(retry.byClass ?? {})) {
    const within = `retry.byClass.${name}.`
    checkRules(actor, within, different, retryTimesRules)
    checkDelays(actor, within, { ...times, ...withoutUndefined(different) })
  }
}

const checkDelays = (actor: string, within: string, { firstDelayMs, maxDelayMs }: RetryTimes): void => {
  if (firstDelayMs <= maxDelayMs) return
  invalid(
    actor,
    `has option ${within}firstDelayMs = ${String(firstDelayMs)}; it must not be above ${within}maxDelayMs = ${String(maxDelayMs)}`,
  )
}

const checkState = (actor: string, state: StateType | undefined): void => {
  const { version, upgrade } = state?.form ?? { version: 1, upgrade: undefined }
  if (!Number.isInteger(version) || version < 1)
    invalid(actor, `has option state.version = ${shown(version)}; it must be a whole number from 1 on`)
  if (version > 1 && typeof upgrade !== 'function')
    invalid(
      actor,
      `has option state.version = ${String(version)}, which needs upgrade: a function that makes it of what was kept before`,
    )
}

/** Options that only make sense together. */
const checkTogether = (
  actor: string,
  options: CheckedOptions,
  asGiven: Readonly<Record<string, unknown>>,
): void => {
  const { order = 'partition', concurrency = 1, effects = 'none', sql = false } = options
  if (order === 'partition' && concurrency > 1) {
    invalid(
      actor,
      `has option concurrency = ${String(concurrency)}, but order = 'partition' handles one record after the other: ` +
        `leave concurrency out, or say order 'key' or 'none'`,
    )
  }
  if (sql && concurrency > 1) {
    invalid(
      actor,
      `has option concurrency = ${String(concurrency)}, but sql = true handles one record after the other in one ` +
        `transaction: leave concurrency out`,
    )
  }
  if (effects === 'postgres') return
  const needy = sql
    ? 'sql'
    : (['state', 'onTimer', 'applyTracked'] as const).find((option) => asGiven[option] !== undefined)
  if (needy !== undefined) {
    invalid(actor, `has option ${needy}, which needs effects = 'postgres', but effects is '${effects}'`)
  }
}

/** Where a record may wait depends on what must not overtake it. */
const checkRetryMode = (
  actor: string,
  {
    order = 'partition',
    effects = 'none',
    startFrom = 'earliest',
    retry: { mode = defaultRetryMode(order, effects), parking } = {},
  }: CheckedOptions,
): void => {
  if (parking !== undefined && mode !== 'park')
    invalid(
      actor,
      `has option retry.parking, which says nothing with retry.mode = '${mode}': it is for 'park'`,
    )
  const option = `has option retry.mode = '${mode}'`
  if (mode === 'park' && effects !== 'postgres')
    invalid(actor, `${option}, which needs effects = 'postgres', but effects is '${effects}'`)
  if (mode === 'park' && order === 'partition')
    invalid(actor, `${option}, which keeps the order of each key only: say order 'key' or 'none'`)
  if (mode === 'topic' && order !== 'none')
    invalid(
      actor,
      `${option}, which gives up order: a record is overtaken while it waits, also by those of its key. Say order 'none'`,
    )
  if (mode === 'topic' && effects !== 'none')
    invalid(
      actor,
      `${option}, which is for effects = 'none', but effects is '${effects}': a record that waits in a topic is not in the ` +
        `transaction of its batch. ${effects === 'postgres' ? "Say retry.mode 'park'" : "Say retry.mode 'block'"}`,
    )
  if (mode === 'topic' && startFrom === 'latest')
    invalid(
      actor,
      `${option}, which needs startFrom = 'earliest': a group that starts at the end of its topics would pass over what waits in ` +
        'a retry topic of which it has committed nothing yet',
    )
}

const isReceivable = (type: unknown): boolean => {
  if (!isPlainObject(type)) return false
  if (type['kind'] === 'event-type') return typeof type['name'] === 'string' && type['schema'] !== undefined
  const members = type['members']
  return (
    type['kind'] === 'event-family' &&
    Array.isArray(members) &&
    members.every((member) => isEventType(member))
  )
}

const isEventType = (type: unknown): boolean =>
  isPlainObject(type) && type['kind'] === 'event-type' && isReceivable(type)

const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const shown = (value: unknown): string => {
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'an array' : 'an object'
  const text = typeof value === 'string' ? `'${value}'` : String(value)
  return text.length > 80 ? `${text.slice(0, 80)}…` : text
}

function invalid(actor: string, what: string): never {
  throw new TroupeError('ACTOR_INVALID', `${actor} ${what}`)
}
