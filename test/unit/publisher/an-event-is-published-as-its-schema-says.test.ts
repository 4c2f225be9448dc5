// What is published is checked against its schema, carries its identity in headers, and its schema is registered.

import t from 'tap'
import { murmur2 } from '../../../runtime/batch/index.ts'
import { PackageScanned } from '../../../schemas/types/index.ts'
import { aScan, headersOf, scansIn, startPublishing } from '../../harness/publishing.ts'

const name = 'shipping.package.scanned'
const services = await startPublishing()
t.teardown(() => services.close())

await t.test('an event has the type of its name', async (t) => {
  // given
  const publisher = services.publisher('typed')
  const scan = aScan('PKG-1')
  const { trackingId, ...incomplete } = scan
  const optional = { correlationId: undefined, location: undefined, message: undefined }
  // then
  // @ts-expect-error no such event name
  await t.rejects(publisher.publish('shipping.package.lost', scan), {
    code: 'EVENT_TYPE_UNKNOWN',
    message: /shipping\.package\.lost.*shipping\.package\.scanned/,
  })
  // @ts-expect-error no event name at all
  await t.rejects(publisher.publishAll('scanned', [{ event: scan }]), { code: 'EVENT_TYPE_UNKNOWN' })
  // @ts-expect-error a field is missing
  await t.rejects(publisher.publish(name, incomplete), { code: 'EVENT_INVALID' })
  // @ts-expect-error a field is of another type
  await t.rejects(publisher.publish(name, { ...scan, occurredAt: 'today' }), { code: 'EVENT_INVALID' })
  // @ts-expect-error another event's fields
  await t.rejects(publisher.publish('shipping.package.state_changed', scan), { code: 'EVENT_INVALID' })
  // @ts-expect-error not among the symbols
  await t.rejects(publisher.publishAll(name, [{ event: { ...scan, scan: 'EATEN' } }]), {
    code: 'EVENT_INVALID',
  })
  t.equal(trackingId, 'PKG-1')
  const { correlationId, location, message, ...required } = { ...scan, ...optional }
  t.strictSame([correlationId, location, message], [undefined, undefined, undefined])
  await publisher.publish(name, required)
  const records = await services.arrived('typed')
  t.strictSame(scansIn(records), [scan], 'fields with a default may be left out')
  await publisher.close()
})

await t.test('an event that is not as its schema says names the path, and nothing is sent', async (t) => {
  const publisher = services.publisher('invalid')
  const nowhere = { city: 'Bern', country: 'CH', lat: 'north', lon: 7.4 }
  const wrong = { ...aScan('PKG-1'), location: nowhere } as unknown as PackageScanned
  const named = { code: 'EVENT_INVALID', retryable: false, message: /^shipping\.package\.scanned: location/ }
  const good = { event: aScan('PKG-2') }
  // when, then: before it is connected and after
  for (const connected of [false, true]) {
    if (connected) await publisher.publish(name, good.event)
    await t.rejects(publisher.publish(name, wrong), named)
    await t.rejects(publisher.publishAll(name, [good, good, { event: wrong }, good]), {
      code: 'EVENT_INVALID',
      message: /^event 2: shipping\.package\.scanned: location.*"north"/,
    })
    await t.rejects(publisher.publish(name, null as unknown as PackageScanned), { code: 'EVENT_INVALID' })
    await t.rejects(publisher.publishAll(name, [good, null as unknown as typeof good]))
  }
  await publisher.flush()
  t.equal((await services.arrived('invalid')).length, 1)
  await publisher.close()
})

await t.test('nobody has to be there to tell that an event is wrong', async (t) => {
  const nobody = services.publisher('nobody', {
    kafka: { brokers: '127.0.0.1:1' },
    registry: { url: 'http://127.0.0.1:1' },
  })
  const wrong = { ...aScan('PKG-1'), carrier: 7 } as unknown as PackageScanned
  await t.rejects(nobody.publish(name, wrong), { code: 'EVENT_INVALID', message: /carrier/ })
  await t.rejects(nobody.publish('a.b.c' as typeof name, wrong), { code: 'EVENT_TYPE_UNKNOWN' })
  // For none, nothing is needed.
  await nobody.publishAll(name, [])
  await nobody.flush()
  await nobody.close()
})

await t.test('headers say what an event is and whose: given, else by its fields', async (t) => {
  // given
  const publisher = services.publisher('headers', { source: 'test-suite' })
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  const at = { key: 'same' }
  // when
  await publisher.publish(name, aScan('1', { eventId: 'field', tenantId: 'acme', correlationId: 'flow' }), at)
  await publisher.publish(name, aScan('2', { eventId: 'field', tenantId: 'acme' }), {
    ...at,
    eventId: 'given',
    tenant: 'globex',
    correlationId: 'given flow',
    traceparent,
    timestamp: 1_700_000_000_123,
    headers: { 'x-own': 'grüß', 'x-empty': '' },
  })
  await publisher.publish(name, aScan('3', { eventId: '', tenantId: '' }), at)
  await publisher.publishAll(name, [
    { ...at, event: aScan('4'), eventId: '', tenant: '', headers: { a: 'b' } },
  ])
  // then
  const records = await services.arrived('headers')
  const [byFields, given, none, batch] = records.map(headersOf)
  t.strictSame(byFields, {
    'event-type': name,
    'event-id': 'field',
    'tenant-id': 'acme',
    'correlation-id': 'flow',
    source: 'test-suite',
  })
  t.strictSame(given, {
    'event-type': name,
    'event-id': 'given',
    'tenant-id': 'globex',
    'correlation-id': 'given flow',
    source: 'test-suite',
    traceparent,
    'x-own': 'grüß',
    'x-empty': '',
  })
  t.equal(records[1]?.timestamp, 1_700_000_000_123)
  t.match(none?.['event-id'], /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  t.equal(none?.['correlation-id'], none?.['event-id'])
  t.notOk(none !== undefined && 'tenant-id' in none)
  t.match(batch, { 'event-id': aScan('4').eventId, 'tenant-id': 'acme', a: 'b' }, 'empty is absent')
  await publisher.close()
})

await t.test('schemas are registered in the subject of each strategy', async (t) => {
  const subjects = {
    'topic-record': 'by-topic-record.shipping.events-shipping.package.scanned',
    topic: 'by-topic.shipping.events-value',
    record: 'shipping.package.scanned',
  } as const
  for (const [strategy, subject] of Object.entries(subjects)) {
    t.strictSame(await services.registry.versions(subject), [], `${subject} is not there yet`)
    const publisher = services.publisher(`by-${strategy}`, { subjects: strategy as keyof typeof subjects })
    await publisher.publish(name, aScan('PKG-1'))
    await publisher.close()
    const [record] = await services.arrived(`by-${strategy}`)
    const id = await services.registry.idOf(subject, PackageScanned.schema)
    t.equal(record?.value?.readUInt32BE(1), id, `the id of ${subject} is in the record`)
  }
  const byDefault = services.publisher('default')
  await byDefault.publish(name, aScan('PKG-1'))
  await byDefault.close()
  t.strictSame(await services.registry.versions('default.shipping.events-shipping.package.scanned'), [1])
})

await t.test('a schema that somebody else must register is refused until he has', async (t) => {
  const subject = 'other.shipping.events-shipping.package.scanned'
  const publisher = services.publisher('other', { registerSchemas: false })
  const refused = { code: 'SCHEMA_REFUSED', message: new RegExp(`${subject}.*registerSchemas`) }
  await t.rejects(publisher.publish(name, aScan('PKG-1')), refused)
  await t.rejects(publisher.publishAll(name, [{ event: aScan('PKG-1') }]), refused)
  t.strictSame(await services.registry.versions(subject), [])
  await services.registry.register(subject, PackageScanned.schema)
  await publisher.publish(name, aScan('PKG-1'))
  await publisher.close()
})

await t.test('one type’s refusal is not another’s', async (t) => {
  const publisher = services.publisher('one-of-two', { registerSchemas: false })
  await services.registry.register(
    'one-of-two.shipping.events-shipping.package.scanned',
    PackageScanned.schema,
  )
  const scan = aScan('PKG-1')
  const changed = { ...scan, to: 'DELIVERED', causeEventId: scan.eventId } as const
  const outcomes = await Promise.allSettled([
    publisher.publish('shipping.package.state_changed', changed),
    publisher.publish(name, scan),
    publisher.publish('shipping.package.state_changed', changed),
  ])
  t.strictSame(
    outcomes.map(({ status }) => status),
    ['rejected', 'fulfilled', 'rejected'],
  )
  await publisher.close()
})

await t.test('a key is text, bytes or none', async (t) => {
  const publisher = services.publisher('keys')
  const partitionOf = (key: string): number => (murmur2(Buffer.from(key)) & 0x7fffffff) % 4
  const asText = await publisher.publish(name, aScan('1'), { key: 'ключ' })
  const asBytes = await publisher.publish(name, aScan('2'), { key: new Uint8Array(Buffer.from('ключ')) })
  t.equal(asText.partition, partitionOf('ключ'))
  t.equal(asBytes.partition, asText.partition)
  await publisher.publish(name, aScan('3'))
  await publisher.publish(name, aScan('4'), { key: '' })
  const keys = (await services.arrived('keys')).map(
    (record) => [scansIn([record])[0]?.trackingId, record.key?.toString()] as const,
  )
  t.strictSame(Object.fromEntries(keys), { 1: 'ключ', 2: 'ключ', 3: undefined, 4: '' })
  await publisher.close()
})

await t.test('an event too large for the brokers is refused by itself', async (t) => {
  const publisher = services.publisher('huge')
  const huge = aScan('HUGE', { message: 'x'.repeat(2_000_000) })
  const refused = { code: 'PRODUCE_REFUSED', retryable: false, message: /too large.*huge\.shipping\.events/ }
  await t.rejects(publisher.publish(name, huge), refused)
  await t.rejects(publisher.publishAll(name, [{ event: aScan('1') }, { event: huge }]), refused)
  const large = aScan('LARGE', { message: 'y'.repeat(900_000) })
  await publisher.publish(name, large)
  await publisher.publishAll(name, [{ event: aScan('2') }, { event: large }, { event: aScan('3') }])
  const arrived = scansIn(await services.arrived('huge'))
  t.strictSame(arrived.map(({ trackingId }) => trackingId).sort(), ['1', '2', '3', 'LARGE', 'LARGE'])
  // Not compared as objects: the difference would be megabytes of output.
  t.ok(arrived.every(({ trackingId, message }) => trackingId !== 'LARGE' || message === large.message))
  await publisher.close()
})
