// The committed event types and resolver types are those of the schemas; event types say what decoding gives and what publishing takes.

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { format } from 'prettier'
import t from 'tap'
import type { ActorContext, AvroSchema, EventCatalogue } from '../../../runtime/actor/index.ts'
import { catalogueOf } from '../../../runtime/serde/index.ts'
import type { PackageScanned } from '../../../schemas/types/index.ts'
import {
  generatedResolverTypes,
  generatedTypes,
  staleFiles,
  staleTypes,
} from '../../../tools/generate-types.ts'
import { typeSources } from '../../../tools/type-generation/type-source.ts'

const root = join(import.meta.dirname, '../../..')

await t.test('the committed files are what the generator writes', async (t) => {
  const wanted = await generatedTypes(join(root, 'schemas/avro'))
  t.same(await staleTypes(join(root, 'schemas/types'), wanted), [], 'npm run generate-types')
})

await t.test('the committed resolver types of both APIs are what the generator writes', async (t) => {
  const wanted = await generatedResolverTypes()
  t.same([...wanted.keys()].map((name) => name.split('/')[1]).sort(), ['operator', 'public'])
  t.same(await staleFiles(wanted), [], 'npm run generate-types')
  const [name, source] = [...wanted][0]!
  t.same(
    await staleFiles(
      new Map([
        [name, `${source} `],
        ['no/such/file.ts', ''],
      ]),
    ),
    [name, 'no/such/file.ts'],
  )
})

await t.test('a changed, a missing and a left-over file are stale', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'troupe-types-'))
  t.teardown(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'same.ts'), 'a')
  await writeFile(join(folder, 'changed.ts'), 'b')
  await writeFile(join(folder, 'old.ts'), 'c')
  const wanted = new Map([
    ['same.ts', 'a'],
    ['changed.ts', 'x'],
    ['missing.ts', ''],
  ])
  t.same(await staleTypes(folder, wanted), ['changed.ts', 'missing.ts', 'old.ts'])
})

const event = (fullName: string, fields: readonly object[], doc?: string): AvroSchema => ({
  type: 'record',
  namespace: fullName.slice(0, fullName.lastIndexOf('.')),
  name: fullName.slice(fullName.lastIndexOf('.') + 1),
  ...(doc === undefined ? {} : { doc }),
  fields,
})
const file = (path: string, schema: AvroSchema) => ({ path, schema })
const sourceOf = async (sources: ReadonlyMap<string, string>, name: string): Promise<string> =>
  await format(sources.get(name) ?? '', {
    parser: 'typescript',
    semi: false,
    singleQuote: true,
    printWidth: 110,
  })

await t.test('every kind of field', async (t) => {
  const part = { type: 'record', name: 'part', fields: [{ name: 'x', type: 'int' }] }
  const schema = event(
    'odd.thing.done',
    [
      { name: 'maybe', type: ['null', 'string'], default: null },
      { name: 'either', type: ['null', 'int', 'double'] },
      { name: 'shape', type: [part, { type: 'record', name: 'other', fields: [] }] },
      { name: 'again', type: ['string', 'part'] },
      { name: 'fee', type: ['null', { type: 'bytes', logicalType: 'decimal', precision: 4, scale: 2 }] },
      { name: 'at', type: { type: 'long', logicalType: 'timestamp-micros' }, doc: 'When */ it was.' },
      { name: 'kinds', type: { type: 'array', items: { type: 'enum', name: 'kind', symbols: ['A', 'B'] } } },
      { name: 'table', type: { type: 'map', values: ['null', 'long'] } },
      { name: 'hash', type: { type: 'fixed', name: 'md5', size: 16 } },
      { name: 'raw', type: 'bytes', default: '' },
      { name: 'parent', type: ['null', 'odd.thing.done'] },
    ],
    'Something odd.',
  )
  const sources = typeSources(catalogueOf([file('odd/thing/done.v1.avsc', schema)]))
  t.same([...sources.keys()], ['odd.ts', 'index.ts'])
  const source = await sourceOf(sources, 'odd.ts')
  const declared = source.slice(source.indexOf('/** Something odd. */'), source.indexOf('export const'))
  t.equal(
    declared.trim(),
    `/** Something odd. */
export interface ThingDone {
  readonly maybe: string | null
  readonly either: { readonly int: number } | { readonly double: number } | null
  readonly shape: { readonly 'odd.thing.part': Part } | { readonly 'odd.thing.other': Other }
  readonly again: string | Part
  /** A decimal number as text, exact: '12.50'. */
  readonly fee: string | null
  /** When *∕ it was. µs since the epoch. */
  readonly at: number
  readonly kinds: readonly Kind[]
  readonly table: Readonly<Record<string, number | null>>
  readonly hash: Buffer
  readonly raw: Buffer
  readonly parent: ThingDone | null
}

export interface Part {
  readonly x: number
}

export interface Other {}

export type Kind = 'A' | 'B'`,
  )
  t.match(
    source,
    /'odd.thing.done': Omit<ThingDone, 'maybe' \| 'raw'> & Partial<Pick<ThingDone, 'maybe' \| 'raw'>>/,
  )
})

await t.test(
  'names: shared where they mean the same, told apart where they do not, latest version only',
  async (t) => {
    const money = { type: 'record', name: 'common.money', fields: [{ name: 'cents', type: 'long' }] }
    const state = (...symbols: string[]) => ({
      name: 'state',
      type: { type: 'enum', name: 'state', symbols },
    })
    const sources = typeSources(
      catalogueOf([
        file('a/order/paid.v1.avsc', event('a.order.paid', [{ name: 'gone', type: 'int' }])),
        file('a/order/paid.v2.avsc', event('a.order.paid', [{ name: 'sum', type: money }, state('NEW')])),
        file('b/bill/paid.v1.avsc', event('b.bill.paid', [{ name: 'sum', type: money }, state('OLD')])),
        file('b/order/paid.v1.avsc', event('b.order.paid', [])),
      ]),
    )
    const [a, b] = [await sourceOf(sources, 'a.ts'), await sourceOf(sources, 'b.ts')]
    t.match(a, /interface AOrderPaid {\n {2}readonly sum: Money\n {2}readonly state: AOrderPaidState/)
    t.notMatch(a, /gone/)
    t.match(a, /interface Money {/)
    t.match(b, /import type { Money } from '.\/a.ts'/)
    t.match(b, /interface BillPaid {\n {2}readonly sum: Money\n {2}readonly state: BillPaidState/)
    t.match(b, /interface BOrderPaid {}/)
    t.notMatch(b, /interface Money/)
  },
)

// The compiler is the judge of these: `npm run verify` fails when one of the marked lines is no error.
const judgedByTheCompiler = (ctx: ActorContext, scanned: PackageScanned): unknown => {
  const changed: EventCatalogue['shipping.package.state_changed'] = {
    eventId: 'e',
    tenantId: 't',
    trackingId: 'T',
    orderId: 'O',
    to: 'DELIVERED',
    occurredAt: 1,
    causeEventId: 'c',
  }
  ctx.emit('shipping.package.state_changed', changed)
  ctx.emit('shipping.package.state_changed', { ...changed, from: null })
  ctx.emit('shipping.package.scanned', scanned)
  // @ts-expect-error -- no such event
  ctx.emit('shipping.package.eaten', changed)
  // @ts-expect-error -- no such state
  ctx.emit('shipping.package.state_changed', { ...changed, to: 'EATEN' })
  // @ts-expect-error -- a time is a number
  ctx.emit('shipping.package.state_changed', { ...changed, occurredAt: new Date() })
  // @ts-expect-error -- the field is missing
  ctx.emit('shipping.package.state_changed', { eventId: 'e' })
  return [
    // @ts-expect-error -- no such field
    scanned.weight,
    // @ts-expect-error -- it may be null
    scanned.location.lat,
  ]
}
t.type(judgedByTheCompiler, 'function')
