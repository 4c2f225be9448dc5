// What a schema marks as personal is left out, wherever in the event it is; in doubt it is left out; all else stays as it is.

import t from 'tap'

import type { AvroSchema } from '../../../runtime/actor/index.ts'
import { maskPersonal } from '../../../runtime/serde/index.ts'

const record = (fields: readonly object[], more: object = {}): AvroSchema => ({
  type: 'record',
  namespace: 'crm.customer',
  name: 'registered',
  fields,
  ...more,
})
const person = record(
  [
    { name: 'street', type: 'string', pii: true },
    { name: 'zip', type: 'string' },
  ],
  {
    name: 'Address',
  },
)

const table: readonly (readonly [
  what: string,
  schema: AvroSchema,
  value: unknown,
  masked: unknown,
  fields: readonly string[],
])[] = [
  ['nothing is marked', record([{ name: 'id', type: 'string' }]), { id: 'a' }, { id: 'a' }, []],
  [
    'a field',
    record([
      { name: 'id', type: 'string' },
      { name: 'mail', type: 'string', pii: true },
    ]),
    { id: 'a', mail: 'x@y' },
    { id: 'a', mail: '***' },
    ['mail'],
  ],
  [
    'a null stays null',
    record([{ name: 'mail', type: ['null', 'string'], pii: true }]),
    { mail: null },
    { mail: null },
    [],
  ],
  [
    'only true is a mark',
    record([{ name: 'mail', type: 'string', pii: 'no' }]),
    { mail: 'x' },
    { mail: 'x' },
    [],
  ],
  [
    'a record within, in a union, by name the second time',
    record([
      { name: 'home', type: ['null', person] },
      { name: 'work', type: ['null', 'Address'] },
      { name: 'other', type: 'crm.customer.Address' },
    ]),
    { home: { street: 's', zip: '1' }, work: { street: 't', zip: '2' }, other: { street: 'u', zip: '3' } },
    {
      home: { street: '***', zip: '1' },
      work: { street: '***', zip: '2' },
      other: { street: '***', zip: '3' },
    },
    ['home.street', 'other.street', 'work.street'],
  ],
  [
    'a union whose branches look alike',
    record([{ name: 'who', type: [person, record([{ name: 'zip', type: 'string' }], { name: 'Other' })] }]),
    { who: { 'crm.customer.Address': { street: 's', zip: '1' } } },
    { who: { 'crm.customer.Address': { street: '***', zip: '1' } } },
    ['who.street'],
  ],
  [
    'items and values',
    record([
      { name: 'all', type: { type: 'array', items: person } },
      { name: 'by', type: { type: 'map', values: 'Address' } },
    ]),
    { all: [{ street: 's', zip: '1' }], by: { a: { street: 't', zip: '2' } } },
    { all: [{ street: '***', zip: '1' }], by: { a: { street: '***', zip: '2' } } },
    ['all[].street', 'by{}.street'],
  ],
  [
    'a type that is marked',
    record([
      { name: 'secret', type: { type: 'string', pii: true } },
      { name: 'n', type: ['null', { type: 'enum', name: 'Sex', symbols: ['A'], pii: true }] },
    ]),
    { secret: 's', n: 'A' },
    { secret: '***', n: '***' },
    ['n', 'secret'],
  ],
  [
    'logical types and bytes',
    record([
      { name: 'born', type: { type: 'int', logicalType: 'date' }, pii: true },
      { name: 'photo', type: 'bytes', pii: true },
      { name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } },
    ]),
    { born: 7, photo: Buffer.from('x'), at: 9 },
    { born: '***', photo: '***', at: 9 },
    ['born', 'photo'],
  ],
  ['a whole event', record([], { pii: true }), {}, '***', ['.']],
]

for (const [what, schema, value, masked, fields] of table) {
  t.test(what, async (t) => {
    const before = structuredClone(value)
    t.same(maskPersonal(value, [schema]), { value: masked, fields })
    t.same(value, before, 'the event itself is not changed')
  })
}

t.test('a type that holds itself', async (t) => {
  const schema = record([
    { name: 'name', type: 'string', pii: true },
    { name: 'child', type: ['null', 'registered'] },
  ])
  t.match(maskPersonal({ name: 'a', child: { name: 'b', child: null } }, [schema]), {
    value: { name: '***', child: { name: '***', child: null } },
    fields: ['child.name', 'name'],
  })
})

t.test('a mark in either schema counts', async (t) => {
  const old = record([
    { name: 'mail', type: 'string' },
    { name: 'phone', type: 'string', pii: true },
  ])
  const marked = record([{ name: 'mail', type: 'string', pii: true }])
  t.same(maskPersonal({ mail: 'x', phone: '1' }, [old, marked]), {
    value: { mail: '***', phone: '***' },
    fields: ['mail', 'phone'],
  })
})
