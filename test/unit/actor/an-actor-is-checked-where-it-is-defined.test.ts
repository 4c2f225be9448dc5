// An actor is checked where it is defined: a wrong option names actor, option, value and what is allowed; what is
// left out gets its default.

import t from 'tap'
import {
  commit,
  defineActor,
  eventType,
  isActorDefinition,
  oneOf,
  stateOf,
} from '../../../runtime/actor/index.ts'
import { TroupeError } from '../../../runtime/errors.ts'

const Scanned = eventType<{ trackingId: string }>('shipping.package.scanned', 'string')
const Returned = eventType<{ reason: string }>('shipping.package.returned', 'string')
const valid = { name: 'tracker', receives: { 'shipping.package.scanned': Scanned }, receive: () => commit() }

/** As a module in plain JavaScript would call it. */
const defineUnchecked = (options: unknown): unknown => defineActor(options as typeof valid)

t.test('what is left out gets its default', (t) => {
  // given an actor that says only what it must, and one that says an option is undefined
  for (const options of [valid, { ...valid, group: undefined, retry: { attempts: undefined } }]) {
    // when
    const actor = defineUnchecked(options)
    // then
    t.strictSame(actor, {
      kind: 'troupe-actor',
      name: 'tracker',
      receives: valid.receives,
      receive: valid.receive,
      group: undefined,
      startFrom: 'earliest',
      order: 'partition',
      concurrency: 1,
      effects: 'none',
      idempotencyKey: undefined,
      retry: { mode: 'block', attempts: 5, backoff: 'exponential', firstDelayMs: 200, maxDelayMs: 60_000 },
      dependencies: {},
      onTimer: undefined,
      stateForm: { version: 1, upgrade: undefined },
      timeLimitMs: 300_000,
      onReject: undefined,
      sql: false,
      applyTracked: undefined,
    })
    t.ok(isActorDefinition(actor))
    t.ok(Object.isFrozen(actor))
  }
  t.end()
})

t.test('what is said stays', (t) => {
  // given
  const idempotencyKey = (): string => 'k'
  const applyTracked = async (): Promise<void> => undefined
  // when
  const actor = defineActor({
    ...valid,
    state: stateOf<{ n: number }>(),
    group: 'g',
    startFrom: 'latest',
    order: 'key',
    effects: 'postgres',
    idempotencyKey,
    applyTracked,
    retry: { attempts: 2, backoff: 'fixed', firstDelayMs: 0, maxDelayMs: 0 },
  })
  // then
  t.match(actor, {
    group: 'g',
    startFrom: 'latest',
    order: 'key',
    concurrency: 16,
    effects: 'postgres',
    idempotencyKey,
    applyTracked,
    retry: { mode: 'park', attempts: 2, backoff: 'fixed', firstDelayMs: 0, maxDelayMs: 0 },
  })
  t.equal(defineActor({ ...valid, order: 'none', concurrency: 64 }).concurrency, 64)
  for (const elsewhere of [
    { order: 'key' },
    { order: 'partition', effects: 'postgres' },
    { order: 'none', effects: 'postgres' },
    { order: 'key', effects: 'postgres', retry: { mode: 'block' } },
  ] as const)
    t.equal(defineActor({ ...valid, ...elsewhere }).retry.mode, 'block')
  t.equal(defineActor({ ...valid, order: 'key', effects: 'postgres', sql: true }).concurrency, 1)
  t.end()
})

t.test('a wrong option stops the definition, and says what is wrong', (t) => {
  const wrong: readonly (readonly [what: string, options: unknown, sentence: RegExp])[] = [
    ['no object', undefined, /defined by an object, not undefined/],
    ['an array', [], /defined by an object, not an array/],
    ['no name', { ...valid, name: undefined }, /an actor has option name = undefined; it must be 1 to 100/],
    ['capital name', { ...valid, name: 'Tracker' }, /option name = 'Tracker'; it must be/],
    ['endless name', { ...valid, name: 'a'.repeat(5000) }, /option name = 'a{80}…'|option name = 'a{79}…/],
    ['name of another type', { ...valid, name: { toString: () => 'x' } }, /option name = an object/],
    [
      'misspelt option',
      { ...valid, retries: 3 },
      /actor 'tracker' has no option 'retries'; there are name, /,
    ],
    ['inherited option', { ...valid, constructor: 3 }, /has no option 'constructor'/],
    ['no receive', { ...valid, receive: 'f' }, /option receive = 'f'; it must be a function/],
    [
      'nothing received',
      { ...valid, receives: {} },
      /option receives = an object; it must be an object from/,
    ],
    [
      'a type undefined',
      { ...valid, receives: { '*': undefined } },
      /option receives\['\*'\] = undefined; it must be/,
    ],
    ['an odd type', { ...valid, receives: { '*': { kind: 'event-type' } } }, /receives\['\*'\] = an object/],
    [
      'a broken family',
      { ...valid, receives: { '*': { kind: 'event-family', members: [1] } } },
      /receives\['\*'\]/,
    ],
    [
      'an empty family',
      { ...valid, receives: { '*': oneOf() } },
      /'tracker' has a wrong option receives: .*no event type/,
    ],
    [
      'no pattern',
      { ...valid, receives: { 'shipping..x': Scanned } },
      /wrong option receives: 'shipping..x' is no/,
    ],
    ['another type', { ...valid, receives: { 'shipping.package.scanned': Returned } }, /never matches/],
    ['empty group', { ...valid, group: ' ' }, /option group = ' '; it must be a consumer group/],
    ['startFrom', { ...valid, startFrom: 'now' }, /startFrom = 'now'; it must be 'earliest' or 'latest'/],
    ['order', { ...valid, order: 'keys' }, /order = 'keys'; it must be 'partition' or 'key' or 'none'/],
    [
      'effects',
      { ...valid, effects: 'redis' },
      /effects = 'redis'; it must be 'none' or 'postgres' or 'kafka'/,
    ],
    ['null', { ...valid, effects: null }, /effects = null/],
    [
      'no concurrency',
      { ...valid, order: 'key', concurrency: 0 },
      /concurrency = 0; it must be a whole number from 1/,
    ],
    ['half concurrency', { ...valid, order: 'key', concurrency: 1.5 }, /concurrency = 1.5/],
    ['text concurrency', { ...valid, order: 'key', concurrency: '16' }, /concurrency = '16'/],
    [
      'concurrent partition',
      { ...valid, concurrency: 8 },
      /order = 'partition' handles one record after the other/,
    ],
    ['sql without effects', { ...valid, sql: true }, /option sql, which needs effects = 'postgres'/],
    [
      'state without effects',
      { ...valid, state: stateOf() },
      /option state, which needs effects = 'postgres'/,
    ],
    [
      'tracking without effects',
      { ...valid, applyTracked: () => undefined },
      /option applyTracked, which needs/,
    ],
    [
      'concurrent sql',
      { ...valid, order: 'key', effects: 'postgres', sql: true, concurrency: 2 },
      /concurrency = 2, but sql = true/,
    ],
    [
      'misspelt retry mode',
      { ...valid, retry: { mode: 'parc' } },
      /retry.mode = 'parc'; it must be 'block' or/,
    ],
    [
      'parking without Postgres',
      { ...valid, order: 'key', retry: { mode: 'park' } },
      /retry.mode = 'park', which needs effects = 'postgres'/,
    ],
    [
      'parking in order of the partition',
      { ...valid, effects: 'postgres', retry: { mode: 'park' } },
      /retry.mode = 'park', which keeps the order of each key only/,
    ],
    [
      'retry topics with order',
      { ...valid, order: 'key', retry: { mode: 'topic' } },
      /retry.mode = 'topic', which gives up order: .* Say order 'none'/,
    ],
    [
      'retry topics with effects in Postgres',
      { ...valid, order: 'none', effects: 'postgres', retry: { mode: 'topic' } },
      /retry.mode = 'topic', which is for effects = 'none', but effects is 'postgres'.* Say retry.mode 'park'/,
    ],
    [
      'retry topics of a group that starts at the end',
      { ...valid, order: 'none', startFrom: 'latest', retry: { mode: 'topic' } },
      /retry.mode = 'topic', which needs startFrom = 'earliest'/,
    ],
    [
      'retry topics with effects in Kafka',
      { ...valid, order: 'none', effects: 'kafka', retry: { mode: 'topic' } },
      /retry.mode = 'topic', which is for effects = 'none', but effects is 'kafka'.* Say retry.mode 'block'/,
    ],
    [
      'a later form without a way to it',
      { ...valid, effects: 'postgres', state: { kind: 'state-type', form: { version: 2 } } },
      /state.version = 2, which needs upgrade/,
    ],
    [
      'parking without park',
      { ...valid, effects: 'postgres', order: 'none', retry: { parking: { maxParked: 1 } } },
      /retry.parking, which says nothing with retry.mode = 'block'/,
    ],
    [
      'a limit that is none',
      { ...valid, effects: 'postgres', order: 'key', retry: { mode: 'park', parking: { maxParked: 0 } } },
      /retry.parking.maxParked = 0; it must be a whole number from 1/,
    ],
    [
      'classes as a list',
      { ...valid, retry: { byClass: [] } },
      /retry.byClass = an array; it must be an object/,
    ],
    [
      'a class with a number',
      { ...valid, retry: { byClass: { A: 1 } } },
      /retry.byClass = an object; it must be/,
    ],
    [
      'no attempts for a class',
      { ...valid, retry: { byClass: { A: { attempts: 0 } } } },
      /retry.byClass.A.attempts = 0; it must be/,
    ],
    [
      'misspelt option of a class',
      { ...valid, retry: { byClass: { A: { mode: 'block' } } } },
      /has no option 'retry.byClass.A.mode'; there are attempts, /,
    ],
    [
      'delays of a class crosswise',
      { ...valid, retry: { maxDelayMs: 500, byClass: { A: { firstDelayMs: 501 } } } },
      /retry.byClass.A.firstDelayMs = 501; it must not be above retry.byClass.A.maxDelayMs = 500/,
    ],
    ['no attempts', { ...valid, retry: { attempts: 0 } }, /retry.attempts = 0/],
    ['endless attempts', { ...valid, retry: { attempts: Infinity } }, /retry.attempts = Infinity/],
    ['negative delay', { ...valid, retry: { firstDelayMs: -1 } }, /retry.firstDelayMs = -1/],
    ['delay past timers', { ...valid, retry: { maxDelayMs: 2 ** 31 } }, /retry.maxDelayMs = 2147483648/],
    [
      'delays crossed',
      { ...valid, retry: { firstDelayMs: 10, maxDelayMs: 9 } },
      /firstDelayMs = 10; it must not be above/,
    ],
    [
      'default delay crossed',
      { ...valid, retry: { maxDelayMs: 100 } },
      /firstDelayMs = 200; it must not be above/,
    ],
    [
      'misspelt retry option',
      { ...valid, retry: { delay: 1 } },
      /has no option 'retry.delay'; there are mode, /,
    ],
    ['retry of another type', { ...valid, retry: 5 }, /retry = 5; it must be an object/],
  ]
  for (const [what, options, sentence] of wrong) {
    // given a wrong option, when the actor is defined, then
    try {
      defineUnchecked(options)
      t.fail(`${what} was taken`)
    } catch (error) {
      t.ok(error instanceof TroupeError && error.code === 'ACTOR_INVALID', what)
      t.match(error, { message: sentence }, what)
    }
  }
  t.end()
})

t.test('only a definition is one', (t) => {
  for (const value of [undefined, null, 'troupe-actor', {}, { kind: 'actor' }, valid, () => undefined]) {
    t.notOk(isActorDefinition(value))
  }
  t.end()
})
