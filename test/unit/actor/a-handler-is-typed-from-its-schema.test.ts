// A handler is typed from its schema: reading a field the event does not have does not compile. The claims are the
// lines marked as errors: the type check fails where one of them compiles.

import t from 'tap'
import {
  commit,
  defineActor,
  eventType,
  oneOf,
  stateOf,
  type KafkaContext,
  type ActorDefinition,
  type Sql,
  type Tracked,
  type TrackedRow,
} from '../../../runtime/actor/index.ts'

interface Scanned {
  readonly trackingId: string
  readonly occurredAt: number
}
interface Returned {
  readonly trackingId: string
  readonly reason: string
}
interface Parcel {
  readonly scans: number
}
interface PackageRow extends Tracked {
  readonly carrier: string
}
const PackageScanned = eventType<Scanned>('shipping.package.scanned', 'string')
const PackageReturned = eventType<Returned>('shipping.package.returned', 'string')

const applyPackages = async (sql: Sql, rows: readonly TrackedRow<PackageRow>[]): Promise<void> => {
  await sql`insert into packages select * from unnest(${rows.map(({ carrier }) => carrier)}::text[])`
}

/** What the author of each actor may and may not write. None of the handlers is called. */
const actors: readonly ActorDefinition[] = [
  defineActor({
    name: 'of-one-type',
    receives: { 'shipping.package.scanned': PackageScanned },
    idempotencyKey: (event) => event.trackingId,
    receive(event, ctx) {
      const at: number = event.occurredAt
      // @ts-expect-error -- the event has no such field
      ctx.log.info(String(event.trackingNumber), { at })
      // @ts-expect-error -- no such event is in the catalogue
      ctx.emit('no.such.event', {})
    },
  }),
  defineActor({
    name: 'of-two-patterns',
    receives: { 'shipping.package.scanned': PackageScanned, 'shipping.package.returned': PackageReturned },
    async receive(event) {
      await Promise.resolve(event.trackingId)
      // @ts-expect-error -- only one of the two events has this field
      return event.reason === '' ? commit() : undefined
    },
  }),
  defineActor({
    name: 'of-a-family',
    receives: { 'shipping.package.*': oneOf(PackageScanned, PackageReturned) },
    receive: (event, ctx) => {
      if ('reason' in event) ctx.log.info(event.reason)
      else ctx.log.info(event.occurredAt.toFixed())
    },
  }),
  defineActor({
    name: 'with-state',
    receives: { 'shipping.package.scanned': PackageScanned },
    state: stateOf<Parcel>(),
    order: 'key',
    effects: 'postgres',
    receive(event, ctx) {
      ctx.state = { scans: (ctx.state?.scans ?? 0) + event.trackingId.length }
      // @ts-expect-error -- the state has no such field
      ctx.state.weight = 1
      // @ts-expect-error -- nor is it a number
      ctx.state = 5
      ctx.state = undefined
    },
  }),
  defineActor({
    name: 'without-state',
    receives: { 'shipping.package.scanned': PackageScanned },
    receive(_event, ctx) {
      // @ts-expect-error -- a state that was not declared is unknown
      return ctx.state?.scans === 1 ? commit() : undefined
    },
  }),
  defineActor({
    name: 'with-tracking-of-its-own',
    receives: { 'shipping.package.scanned': PackageScanned },
    effects: 'postgres',
    applyTracked: applyPackages,
    receive(event, ctx) {
      ctx.track({ entity: 'package', id: event.trackingId, state: 'seen', at: 0, carrier: 'dhl' })
      // @ts-expect-error -- a row of this actor has a carrier
      ctx.track({ entity: 'package', id: event.trackingId, state: 'seen', at: 0 })
    },
  }),
  defineActor({
    name: 'with-tracking',
    receives: { 'shipping.package.scanned': PackageScanned },
    receive(event, ctx) {
      ctx.track({ entity: 'package', id: event.trackingId, state: 'seen', at: event.occurredAt })
      // @ts-expect-error -- a row of tracking has a state
      ctx.track({ entity: 'package', id: event.trackingId, at: event.occurredAt })
    },
  }),
]

/** Options that do not compile; defining them fails too. */
const minimal = {
  name: 'a',
  receives: { 'shipping.package.scanned': PackageScanned },
  receive: () => commit(),
}
const refused: readonly (() => ActorDefinition)[] = [
  // @ts-expect-error -- a retry mode that does not exist
  () => defineActor({ ...minimal, retry: { mode: 'shelve' } }),
  () =>
    defineActor({
      ...minimal,
      retry: { mode: 'park', byClass: { CardDeclined: { attempts: 1 }, ECONNRESET: { backoff: 'fixed' } } },
    }),
  // @ts-expect-error -- a class of errors changes times, not the mode
  () => defineActor({ ...minimal, retry: { byClass: { CardDeclined: { mode: 'topic' } } } }),
  // @ts-expect-error -- effects that are not there
  () => defineActor({ ...minimal, effects: 'redis' }),
  // @ts-expect-error -- nothing of it is in Postgres
  () => defineActor({ ...minimal, effects: 'kafka', state: stateOf<{ n: number }>() }),
  // @ts-expect-error -- a parked key waits in Postgres
  () => defineActor({ ...minimal, effects: 'kafka', order: 'key', retry: { mode: 'park' } }),
  // @ts-expect-error -- no such option
  () => defineActor({ ...minimal, schedule: true }),
  // @ts-expect-error -- an event type is a value made by eventType or oneOf
  () => defineActor({ ...minimal, receives: { '*': 5 } }),
  // @ts-expect-error -- a handler is a function
  () => defineActor({ ...minimal, receive: 'done' }),
]

t.test('the actors that compile are defined', (t) => {
  t.equal(actors.length, 7)
  t.end()
})

t.test('with effects in Kafka the context has nothing that is kept in Postgres', (t) => {
  type Kept = Extract<keyof KafkaContext, 'state' | 'track' | 'sql' | 'schedule' | 'cancelTimer'>
  const hasNone: [Kept] extends [never] ? true : false = true
  t.ok(hasNone)
  t.equal(defineActor({ ...minimal, effects: 'kafka' }).effects, 'kafka')
  t.end()
})

t.test('what does not compile is refused at run time too', (t) => {
  for (const define of refused) t.throws(define, { code: 'ACTOR_INVALID' })
  t.end()
})
