/**
 * What Troupe expects of a schema registry, whichever it is: run on the embedded one and on others that speak
 * Confluent's REST API.
 */

import { randomUUID } from 'node:crypto'
import { SchemaRegistry as KafkajsRegistry } from '@kafkajs/confluent-schema-registry'
import type { Test } from 'tap'
import type { AvroSchema } from '../../runtime/actor/event-type.ts'
import { connectRegistry, registryCheck } from '../../runtime/registry/index.ts'
import { DecoderCache, EventEncoder, wireSchemaId } from '../../runtime/serde/index.ts'
import { PackageScanned } from '../../schemas/types/index.ts'

type Fields = readonly { readonly name: string; readonly type: AvroSchema; readonly default?: unknown }[]

/** Names that no other run has used, since a registry keeps what it was given. */
const freshSubject = (): string => `trial-${randomUUID()}`
const recordOf = (fields: Fields, name = 'weighed'): AvroSchema => ({
  type: 'record',
  namespace: 'shipping.package',
  name,
  fields,
})

const id = { name: 'id', type: 'string' } as const
const grams = { name: 'grams', type: 'long' } as const
const gramsOrNone = { ...grams, default: 0 } as const

/** What each level says to the step from one schema to the next. */
const steps: readonly {
  readonly what: string
  readonly from: Fields
  readonly to: Fields
  readonly allowed: Readonly<Record<'NONE' | 'BACKWARD' | 'FORWARD' | 'FULL', boolean>>
}[] = [
  {
    what: 'a field with a default is added',
    from: [id],
    to: [id, gramsOrNone],
    allowed: { NONE: true, BACKWARD: true, FORWARD: true, FULL: true },
  },
  {
    what: 'a field without default is added',
    from: [id],
    to: [id, grams],
    allowed: { NONE: true, BACKWARD: false, FORWARD: true, FULL: false },
  },
  {
    what: 'a field without default is taken away',
    from: [id, grams],
    to: [id],
    allowed: { NONE: true, BACKWARD: true, FORWARD: false, FULL: false },
  },
  {
    what: 'a field changes from a number to text',
    from: [id, grams],
    to: [id, { name: 'grams', type: 'string' }],
    allowed: { NONE: true, BACKWARD: false, FORWARD: false, FULL: false },
  },
]

export const registrySuite = async (t: Test, { url }: { readonly url: string }): Promise<void> => {
  const registry = connectRegistry({ url })

  await t.test('it is there, and nothing is at another path', async (t) => {
    await t.resolves(registryCheck({ url }).check())
    await t.rejects(registryCheck({ url: `${url}/elsewhere` }).check(), {
      code: 'REGISTRY_UNAVAILABLE',
      message: /no registry is at that path/,
    })
  })

  await t.test('a schema is found by id as it was registered, and has one id', async (t) => {
    // given: one with logical types and documentation, which a client that compiles schemas would lose
    const schema = recordOf(
      [
        { name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } },
        { name: 'fee', type: { type: 'bytes', logicalType: 'decimal', precision: 9, scale: 2 } },
      ],
      `weighed_${randomUUID().replaceAll('-', '')}`,
    )
    const [subject, other] = [freshSubject(), freshSubject()]
    // when
    const first = await registry.register(subject, schema)
    const again = await connectRegistry({ url }).register(subject, schema)
    const elsewhere = await registry.register(other, schema)
    // then
    t.equal(again, first)
    t.equal(elsewhere, first, 'also in another subject')
    t.same(await connectRegistry({ url }).schemaById(first), schema)
    t.same(await registry.versions(subject), [1])
    t.equal(await registry.idOf(subject, schema), first)
  })

  await t.test('what is not there is said to be unknown', async (t) => {
    const subject = freshSubject()
    await t.rejects(registry.schemaById(999_999_999), { code: 'SCHEMA_ID_UNKNOWN', retryable: false })
    t.same(await registry.versions(subject), [])
    await t.rejects(registry.idOf(subject, recordOf([id])), { code: 'SCHEMA_ID_UNKNOWN' })
    await registry.register(subject, recordOf([id]))
    await t.rejects(registry.idOf(subject, recordOf([id, grams])), { code: 'SCHEMA_ID_UNKNOWN' })
    t.equal(
      await registry.isCompatible(freshSubject(), recordOf([id])),
      true,
      'anything fits an empty subject',
    )
  })

  await t.test('versions count up, and a schema registered again makes none', async (t) => {
    const subject = freshSubject()
    await registry.register(subject, recordOf([id]))
    const second = await registry.register(subject, recordOf([id, gramsOrNone]))
    await registry.register(subject, recordOf([id]))
    t.same(await registry.versions(subject), [1, 2])
    const latest = (await answerOf(url, `/subjects/${subject}/versions/latest`)) as {
      version: number
      id: number
    }
    t.match(latest, { subject, version: 2, id: second })
  })

  await t.test(
    'a version that is deleted is listed no more, and its schema is still found by id',
    async (t) => {
      const subject = freshSubject()
      const first = await registry.register(subject, recordOf([id]))
      await registry.register(subject, recordOf([id, gramsOrNone]))
      t.same(await answerOf(url, `/subjects/${subject}/versions/1`, 'DELETE'), 1)
      t.same(await registry.versions(subject), [2])
      await t.rejects(registry.schemaOfVersion(subject, 1), { code: 'SCHEMA_ID_UNKNOWN' })
      t.same(await connectRegistry({ url }).schemaById(first), recordOf([id]))
    },
  )

  for (const { what, from, to, allowed } of steps) {
    for (const [level, expected] of Object.entries(allowed)) {
      await t.test(`${level}: ${what}: ${expected ? 'taken' : 'refused'}`, async (t) => {
        // given
        const subject = freshSubject()
        await registry.register(subject, recordOf(from))
        await answerOf(url, `/config/${subject}`, 'PUT', { compatibility: level })
        t.same(await answerOf(url, `/config/${subject}`), { compatibilityLevel: level })
        // when, then
        t.equal(await registry.isCompatible(subject, recordOf(to)), expected)
        const registering = registry.register(subject, recordOf(to))
        if (expected) t.type(await registering, 'number')
        else await t.rejects(registering, { code: 'SCHEMA_REFUSED', retryable: false })
        t.same(await registry.versions(subject), expected ? [1, 2] : [1])
      })
    }
  }

  await t.test('what is no Avro schema is refused', async (t) => {
    await t.rejects(registry.register(freshSubject(), { type: 'record', name: 'broken' }), {
      code: 'SCHEMA_REFUSED',
    })
    await t.rejects(registry.register(freshSubject(), 'no.such.type'), { code: 'SCHEMA_REFUSED' })
  })

  await t.test('subjects of any topic and record name', async (t) => {
    const subject = `prefix.shipping-events_${randomUUID()}-${'shipping.package.'.repeat(6)}scanned`
    const schemaId = await registry.register(subject, recordOf([id]))
    t.equal(await registry.idOf(subject, recordOf([id])), schemaId)
  })

  await t.test('another client and ours read what the other one writes', async (t) => {
    // given
    const theirs = new KafkajsRegistry({ host: url })
    const schemaId = await registry.register(`trial-${randomUUID()}`, PackageScanned.schema)
    const event = {
      eventId: 'scan-1',
      tenantId: 'acme',
      correlationId: null,
      trackingId: 'T1',
      orderId: 'O1',
      carrier: 'dhl',
      scan: 'PICKED_UP',
      occurredAt: 1_700_000_000_000,
      location: { city: 'Zürich', country: 'CH', lat: 47.4, lon: 8.5 },
      message: null,
    }
    // when
    const value = await theirs.encode(schemaId, event)
    const cache = new DecoderCache()
    cache.addWriter(wireSchemaId(value, 0, value.length), await registry.schemaById(schemaId))
    // then
    t.same(cache.decoder(schemaId, PackageScanned).decode(value, 5, value.length), event)
    t.same(await theirs.decode(new EventEncoder(PackageScanned).encodeFramed(schemaId, event)), event)
  })
}

const answerOf = async (url: string, path: string, method = 'GET', body?: object): Promise<unknown> => {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return await response.json()
}
