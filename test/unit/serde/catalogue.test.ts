// The catalogue finds a schema by its event's name, and refuses files that are not what their path says.

import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import type { AvroSchema } from '../../../runtime/actor/event-type.ts'
import { catalogueOf } from '../../../runtime/serde/index.ts'
import { loadSchemas } from '../../../runtime/system/load-schemas.ts'

const event = (fullName: string, fields: readonly object[] = []): AvroSchema => ({
  type: 'record',
  namespace: fullName.slice(0, fullName.lastIndexOf('.')),
  name: fullName.slice(fullName.lastIndexOf('.') + 1),
  fields: [{ name: 'id', type: 'string' }, ...fields],
})

await t.test('versions in order, however many digits and in whatever order they came', (t) => {
  const schema = event('billing.invoice.sent')
  const path = (version: number): string => `billing/invoice/sent.v${version}.avsc`
  const catalogue = catalogueOf([
    { path: path(10), schema },
    { path: path(2), schema },
    { path: path(1), schema },
    { path: 'a/b/c.v1.avsc', schema: event('a.b.c') },
  ])
  t.same(catalogue.names, ['a.b.c', 'billing.invoice.sent'])
  t.same(
    catalogue.versions('billing.invoice.sent').map(({ version }) => version),
    [1, 2, 10],
  )
  t.equal(catalogue.latest('billing.invoice.sent').path, path(10))
  t.throws(() => catalogue.latest('billing.invoice.paid'), {
    code: 'EVENT_TYPE_UNKNOWN',
    message: /billing\.invoice\.paid: known are a\.b\.c, billing\.invoice\.sent/,
  })
  t.throws(() => catalogueOf([]).latest('a.b.c'), {
    code: 'EVENT_TYPE_UNKNOWN',
    message: /there are no schemas/,
  })
  t.end()
})

await t.test('a wrong file is named with what to change', (t) => {
  const good = event('a.b.c')
  const wrong: readonly (readonly [string, AvroSchema, RegExp])[] = [
    ['a/b/d.v1.avsc', good, /a\/b\/d\.v1\.avsc holds the record a\.b\.c; by its path it should be a\.b\.d/],
    ['a/b/c.avsc', good, /<domain>\/<entity>\/<action>\.v<version>\.avsc/],
    ['a/b/c.v0.avsc', good, /<version>/],
    ['a/c.v1.avsc', good, /<entity>/],
    ['x/a/b/c.v1.avsc', good, /<domain>/],
    ['A/b/c.v1.avsc', good, /lower case/],
    ['a/b/c.v1.avsc', event('a.b.x.c'), /holds the record a\.b\.x\.c/],
    ['a/b/c.v1.avsc', 'string', /an event is a record/],
    ['a/b/c.v1.avsc', { type: 'enum', name: 'a.b.c', symbols: ['A'] }, /an event is a record/],
    [
      'a/b/c.v1.avsc',
      event('a.b.c', [{ name: 'x', type: 'nothing' }]),
      /a\/b\/c\.v1\.avsc: Avro cannot read/,
    ],
    [
      'a/b/c.v1.avsc',
      event('a.b.c', [{ name: 'x', type: { type: 'array', items: 'null' } }]),
      /take no bytes/,
    ],
  ]
  for (const [path, schema, message] of wrong) {
    t.throws(() => catalogueOf([{ path, schema }]), { code: 'SCHEMA_REFUSED', message }, path)
  }
  t.end()
})

await t.test('a folder is read with its path in each complaint', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'troupe-schemas-'))
  t.teardown(() => rm(folder, { recursive: true }))
  await mkdir(join(folder, 'a/b'), { recursive: true })
  await writeFile(join(folder, 'a/b/c.v1.avsc'), JSON.stringify(event('a.b.c')))
  await writeFile(join(folder, 'README.md'), 'not a schema')
  t.same((await loadSchemas(folder)).names, ['a.b.c'])
  await writeFile(join(folder, 'a/b/d.v1.avsc'), '{')
  await t.rejects(loadSchemas(folder), { code: 'SCHEMA_REFUSED', message: /d\.v1\.avsc is not JSON/ })
  await t.rejects(loadSchemas(join(folder, 'none')), {
    code: 'SCHEMA_REFUSED',
    message: /none cannot be read/,
  })
})
