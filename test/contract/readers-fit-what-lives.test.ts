// An actor is registered only where it can read every version of its events that the registry still has; the refusal names version, field and what to do.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { AvroSchema } from '../../runtime/actor/index.ts'
import type { CheckedModule } from '../../runtime/control/index.ts'
import { connectRegistry, startEmbeddedRegistry } from '../../runtime/registry/index.ts'
import { topicMapping } from '../../runtime/routing/index.ts'
import { checkModule, type ModuleCheckPorts } from '../../runtime/system/registration/check-module.ts'
import { requireReadable } from '../../runtime/system/registration/live-versions.ts'

interface Field {
  readonly name: string
  readonly type: AvroSchema
  readonly default?: unknown
}

const event = 'shop.order.placed'
const subject = `orders-${event}`
const recordOf = (fields: readonly Field[], name = 'placed'): AvroSchema => ({
  type: 'record',
  namespace: 'shop.order',
  name,
  fields,
})
const id: Field = { name: 'id', type: 'string' }
const address = (fields: readonly Field[]): Field => ({
  name: 'address',
  type: { type: 'record', name: 'address', fields },
})
const kinds = (...symbols: string[]): Field => ({
  name: 'kind',
  type: { type: 'enum', name: 'kind', symbols },
})
const decimal = (scale: number): Field => ({
  name: 'price',
  type: { type: 'bytes', logicalType: 'decimal', precision: 9, scale },
})

/** A registry with these versions, and the check of an actor that reads with this schema. */
const given = async (t: Test, versions: readonly AvroSchema[], reader: AvroSchema) => {
  const registry = await startEmbeddedRegistry()
  t.teardown(() => registry.close())
  const ask = (path: string, method: string, body?: object): Promise<Response> =>
    fetch(`${registry.url}${path}`, { method, ...(body && { body: JSON.stringify(body) }) })
  await ask('/config', 'PUT', { compatibility: 'NONE' })
  const client = connectRegistry(registry)
  for (const schema of versions) await client.register(subject, schema)
  const actorsDir = mkdtempSync(join(tmpdir(), 'troupe-readers-'))
  t.teardown(() => rmSync(actorsDir, { recursive: true }))
  writeFileSync(
    join(actorsDir, 'reading.ts'),
    `import { commit, defineActor, eventType } from '${new URL('../../runtime/actor/index.ts', import.meta.url).href}'
     export default defineActor({ name: 'reading', order: 'key', receive: () => commit(),
       receives: { '${event}': eventType('${event}', ${JSON.stringify(reader)}) } })`,
  )
  const ports = (schemas: ModuleCheckPorts['schemas'] = client): ModuleCheckPorts => ({
    options: {
      actorsDir,
      kafkaGroupId: 'shop',
      schemaSubjects: 'topic-record',
      kafkaDlqTopic: 'dead',
      kafkaUnhandledExceptionTopic: 'unhandled',
    },
    eventNames: [event],
    mapping: topicMapping({ shop: { topic: 'orders', partitions: 1 } }),
    schemas,
    // However busy the machine is.
    loadMs: 60_000,
  })
  /** The lines of what was checked. */
  const check = (schemas?: ModuleCheckPorts['schemas']): Promise<readonly string[]> =>
    requireReadable(ports(schemas), [{ name: event, schema: reader }])
  /** Of the module that is deployed, loaded as nodes do. */
  const checkDeployed = (): Promise<CheckedModule> => checkModule(ports(), 'reading', {})
  return { check, checkDeployed, client, registry, ask }
}

interface Case {
  readonly what: string
  readonly reader: readonly Field[]
  /** Oldest first. */
  readonly writers: readonly (readonly Field[])[]
  /** undefined: it fits. */
  readonly refusal?: RegExp
}

const cases: readonly Case[] = [
  {
    what: 'a field with a default is new',
    reader: [id, { name: 'note', type: 'string', default: '' }],
    writers: [[id]],
  },
  {
    what: 'only the oldest of three lacks a field',
    reader: [id, { name: 'total', type: 'int' }],
    writers: [[id], [id, { name: 'total', type: 'int' }], [id, { name: 'total', type: 'int' }, kinds('A')]],
    refusal:
      /cannot read version 1 of orders-shop\.order\.placed, .*no field total.*default.*deleted in the registry/,
  },
  {
    what: 'a field within a record changed its type',
    reader: [id, address([{ name: 'zip', type: 'int' }])],
    writers: [
      [id, address([{ name: 'zip', type: 'int' }])],
      [id, address([{ name: 'zip', type: 'string' }])],
    ],
    refusal: /version 2 of .*field address\.zip: "string" cannot be read as "int".*new event type/,
  },
  {
    what: 'items of a list lack a field',
    reader: [
      { name: 'lines', type: { type: 'array', items: { type: 'record', name: 'line', fields: [id] } } },
    ],
    writers: [
      [
        {
          name: 'lines',
          type: { type: 'array', items: { type: 'record', name: 'line', fields: [kinds('A')] } },
        },
      ],
    ],
    refusal: /version 1 of .*no field lines\[\]\.id/,
  },
  {
    what: 'an enum lacks a symbol',
    reader: [kinds('A')],
    writers: [[kinds('A')], [kinds('A', 'B', 'C')]],
    refusal:
      /version 2 of .*field kind: the reader's shop\.order\.kind lacks B, C: add it there, or give the enum a default/,
  },
  {
    what: 'a field may be null, and the reader does not know',
    reader: [id],
    writers: [[{ name: 'id', type: ['null', 'string'] }]],
    refusal: /version 1 of .*field id: "null" cannot be read as "string"/,
  },
  {
    what: 'an int is read as a double',
    reader: [{ name: 'n', type: 'double' }],
    writers: [[{ name: 'n', type: 'int' }]],
  },
  {
    what: 'a decimal has another scale, which would be another amount',
    reader: [decimal(2)],
    writers: [[decimal(2)], [decimal(3)]],
    refusal: /version 2 of .*field price: .*"scale":3.* cannot be read as .*"scale":2/,
  },
  {
    what: 'two versions do not fit, and both are named',
    reader: [{ name: 'n', type: 'int' }],
    writers: [[{ name: 'n', type: 'string' }], [{ name: 'n', type: 'boolean' }]],
    refusal: /version 1 of .*"string".*; version 2 of .*"boolean"/,
  },
]

for (const { what, reader, writers, refusal } of cases) {
  t.test(`${what}: ${refusal === undefined ? 'registered' : 'refused'}`, async (t) => {
    const { check } = await given(
      t,
      writers.map((fields) => recordOf(fields)),
      recordOf(reader),
    )
    if (refusal !== undefined)
      return t.rejects(check(), { code: 'SCHEMA_REFUSED', message: refusal, retryable: false })
    const lines = await check()
    t.ok(lines.includes(`reads ${String(writers.length)} live versions of ${subject}`), lines.join('; '))
  })
}

t.test('a schema that holds itself', async (t) => {
  const tree = (value: AvroSchema): readonly Field[] => [
    {
      name: 'root',
      type: {
        type: 'record',
        name: 'node',
        fields: [
          { name: 'next', type: ['null', 'node'] },
          { name: 'value', type: value },
        ],
      },
    },
  ]
  const { check } = await given(t, [recordOf(tree('int')), recordOf(tree('string'))], recordOf(tree('int')))
  await t.rejects(check(), { message: /version 2 of .*field root\.value: "string" cannot be read as "int"/ })
})

t.test(
  'a version that was deleted does not count; nor does one that goes while it is looked at',
  async (t) => {
    // given
    const { check, client, ask } = await given(
      t,
      [recordOf([]), recordOf([id]), recordOf([id, kinds('A')])],
      recordOf([id]),
    )
    await t.rejects(check(), { message: /version 1 of/ })
    // when, then: it goes between the list and the look
    const lines = await check({
      versions: async (of) => {
        const listed = await client.versions(of)
        await ask(`/subjects/${of}/versions/1`, 'DELETE')
        return listed
      },
      schemaOfVersion: (of, version) => client.schemaOfVersion(of, version),
    })
    t.ok(lines.includes(`reads 2 live versions of ${subject}`), lines.join('; '))
    t.ok((await check()).includes(`reads 2 live versions of ${subject}`))
  },
)

t.test('other events of the subject do not count, and what nobody has registered yet is read', async (t) => {
  const { check } = await given(t, [recordOf([], 'cancelled'), recordOf([id])], recordOf([id]))
  t.ok((await check()).includes(`reads 1 live versions of ${subject}`))
  const unwritten = await given(t, [], recordOf([id]))
  t.ok((await unwritten.check()).includes(`reads 0 live versions of ${subject}`))
})

t.test('what the decoder would refuse is refused: a live version whose items take no bytes', async (t) => {
  const { check, client } = await given(t, [recordOf([id])], recordOf([id]))
  const harmful = recordOf([id, { name: 'nothings', type: { type: 'array', items: 'null' } }])
  const schemas = {
    versions: () => Promise.resolve([1, 2]),
    schemaOfVersion: (of: string, version: number) =>
      version === 2 ? Promise.resolve(harmful) : client.schemaOfVersion(of, version),
  }
  await t.rejects(check(schemas), { code: 'SCHEMA_REFUSED', message: /version 2 of .*take no bytes/ })
})

t.test('a registry that is away is told as such, and says nothing about the actor', async (t) => {
  const { check, registry } = await given(t, [recordOf([id])], recordOf([id]))
  await registry.close()
  await t.rejects(check(), {
    code: 'REGISTRY_UNAVAILABLE',
    retryable: true,
    message: /The schema registry at/,
  })
})

t.test('a module that is deployed is checked by what it receives with', async (t) => {
  const { checkDeployed, ask } = await given(t, [recordOf([]), recordOf([id])], recordOf([id]))
  await t.rejects(checkDeployed(), {
    code: 'SCHEMA_REFUSED',
    message: /cannot read version 1 of .*no field id/,
  })
  await ask(`/subjects/${subject}/versions/1`, 'DELETE')
  t.ok((await checkDeployed()).lines.includes(`reads 1 live versions of ${subject}`))
})
