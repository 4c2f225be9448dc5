// An event's name, id, tenant and correlation id come from headers, else from the event, else from its place.

import t from 'tap'
import {
  type HeaderSource,
  eventName,
  fieldIdentity,
  identityHeaders,
  identityOf,
  identityWithoutEvent,
} from '../../../runtime/serde/index.ts'

const headers = (given: Readonly<Record<string, string | null>>): HeaderSource => ({
  headerCount: Object.keys(given).length,
  header: (name) => {
    const value = given[name]
    return value === undefined || value === null ? value : Buffer.from(value)
  },
})
const none: HeaderSource = {
  headerCount: 0,
  header: () => {
    throw new Error('a record without headers is not searched')
  },
}
const place = { topic: 'shipping', partition: 3, offset: 42 }
const writer = 'shipping.package.scanned'
const event = { eventId: 'e-1', tenantId: 'acme', correlationId: 'c-1' }
const identity = (source: HeaderSource, of: unknown): object => {
  const { name, id, tenant, correlationId } = identityOf(eventName(source, writer), source, of, place)
  return { name, id, tenant, correlationId }
}

const all = {
  'event-type': 'shipping.package.returned',
  'event-id': 'h-1',
  'tenant-id': 'globex',
  'correlation-id': 'hc-1',
}
const fromHeaders = { name: 'shipping.package.returned', id: 'h-1', tenant: 'globex', correlationId: 'hc-1' }
const fromFields = { name: writer, id: 'e-1', tenant: 'acme', correlationId: 'c-1' }
const fromPlace = { name: writer, id: 'shipping-3-42', tenant: '', correlationId: 'shipping-3-42' }

await t.test('every row of the table', (t) => {
  t.same(identity(headers(all), event), fromHeaders, 'headers first')
  t.same(identity(none, event), fromFields, 'then fields')
  t.same(identity(none, {}), fromPlace, 'then the place')
  for (const [header, part] of [
    ['event-type', 'name'],
    ['event-id', 'id'],
    ['tenant-id', 'tenant'],
    ['correlation-id', 'correlationId'],
  ] as const) {
    const one = headers({ [header]: all[header] })
    t.same(identity(one, event), { ...fromFields, [part]: fromHeaders[part] }, `only ${header}`)
  }
  t.end()
})

await t.test('null and empty headers count as absent; other headers are none of it', (t) => {
  const odd = headers({
    'event-type': '',
    'event-id': null,
    'tenant-id': '',
    'correlation-id': null,
    other: 'x',
  })
  t.same(identity(odd, event), fromFields)
  t.end()
})

await t.test('fields that are null, empty or of another kind count as absent; numbers are ids', (t) => {
  for (const value of [null, undefined, '', {}, true]) {
    t.same(
      identity(none, { eventId: value, tenantId: value, correlationId: value }),
      fromPlace,
      JSON.stringify(value),
    )
  }
  t.match(identity(none, { eventId: 7, tenantId: 0 }), { id: '7', tenant: '0', correlationId: '7' })
  for (const odd of [null, undefined, 'text', 7, []]) t.same(identity(none, odd), fromPlace, String(odd))
  t.end()
})

await t.test('an event without correlation id begins one with its own id', (t) => {
  t.match(identity(none, { eventId: 'e-1' }), { id: 'e-1', correlationId: 'e-1' })
  t.match(identity(headers({ 'event-id': 'h-1' }), event), { id: 'h-1', correlationId: 'c-1' })
  t.end()
})

await t.test('what the headers said stays when the cursor has moved on', (t) => {
  let current: HeaderSource = headers(all)
  const cursor: HeaderSource = {
    get headerCount() {
      return current.headerCount
    },
    header: (name) => current.header(name),
  }
  const first = identityOf(eventName(cursor, writer), cursor, event, place)
  current = none
  t.match(first, { name: fromHeaders.name })
  t.equal(first.id, 'h-1')
  t.equal(first.tenant, 'globex')
  t.equal(first.correlationId, 'hc-1')
  t.end()
})

await t.test('an undecodable record is told by headers and place', (t) => {
  const { name, id, tenant } = identityWithoutEvent(
    headers({ 'event-type': 'a.b.c', 'tenant-id': 'x' }),
    '',
    place,
  )
  t.same({ name, id, tenant }, { name: 'a.b.c', id: 'shipping-3-42', tenant: 'x' })
  t.end()
})

await t.test('what is published is read back as it was', (t) => {
  const sent = { name: writer, id: 'e-1', tenant: 'acme', correlationId: 'c-9' }
  const written = identityHeaders(sent, { source: 'carrier-hook', traceparent: '00-a-b-01' })
  const read = headers(Object.fromEntries(written.map(([name, value]) => [name, String(value)])))
  t.same(identity(read, { eventId: 'other' }), sent)
  t.same(
    written.map(([name]) => name),
    ['event-type', 'event-id', 'correlation-id', 'tenant-id', 'source', 'traceparent'],
  )
  t.same(
    identityHeaders({ ...sent, tenant: '' }).map(([name]) => name),
    ['event-type', 'event-id', 'correlation-id'],
  )
  t.same(fieldIdentity(event), { id: 'e-1', tenant: 'acme', correlationId: 'c-1' })
  t.end()
})

t.test('an id with NUL is sent with a replacement: producers would cut or refuse it', async (t) => {
  const identity = { name: 'a.b.c', id: 'i\0d', tenant: 't\0', correlationId: 'c' }
  for (const [, value] of identityHeaders(identity, { source: '\0', traceparent: 'x' }))
    t.notMatch(String(value), '\0')
})
