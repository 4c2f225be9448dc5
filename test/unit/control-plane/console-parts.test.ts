// What the console asks to be done fits the operators' schema; partitions and places are read as they are written; payloads are shown as what they are; a story's picture has a place for each step.

import { readFile } from 'node:fs/promises'

import { buildSchema, parse, validate } from 'graphql'
import t from 'tap'

import { payloadOf } from '../../../control-plane/console/ui/letters/payload.ts'
import { placeOfText, placeText } from '../../../control-plane/console/ui/records/record-place.ts'
import { partitionsOf, partitionsText } from '../../../control-plane/console/ui/registrations/registration.ts'
import { allows } from '../../../control-plane/console/ui/role.ts'
import {
  mutations,
  mutationText,
  type MutationName,
} from '../../../control-plane/console/ui/steer/mutations.ts'
import { layoutOf, mostDrawn, type Step } from '../../../control-plane/console/ui/story/story-layout.ts'

t.test('each mutation is one of the schema, with the arguments and types that it has there', async (t) => {
  const sdl = await readFile(new URL('../../../schemas/graphql/operator.graphql', import.meta.url), 'utf8')
  const schema = buildSchema(sdl)
  for (const name of Object.keys(mutations) as MutationName[])
    t.same(validate(schema, parse(mutationText(name))), [], name)
})

t.test('partitions are read as they are written, and no more of them than can be given', async (t) => {
  for (const [text, partitions] of [
    ['', []],
    ['7', [7]],
    ['0-2, 5', [0, 1, 2, 5]],
    ['3, 5-6, 10', [3, 5, 6, 10]],
  ] as const) {
    t.same(partitionsOf(text), partitions)
    t.equal(partitionsText(partitions), text)
  }
  t.same(partitionsOf(' 2 - 3 ,2,1'), [2, 3, 1])
  t.equal(partitionsText([5, 0, 2, 1, 1]), '0-2, 5')
  t.same(partitionsOf('5-3'), [])
  t.equal(partitionsOf('0-999999999').length, 1_001, 'the API says that these are too many')
})

t.test('the place of a record leads to it, whatever its topic is called', async (t) => {
  const place = { topic: 'eu/scans@1', partition: 3, offset: 42 }
  t.same(placeOfText(placeText(place)), place)
  t.equal(placeOfText('outbox row 7'), undefined)
})

t.test('each role may what the one before may', async (t) => {
  const roles = ['VIEWER', 'OPERATOR', 'ADMIN'] as const
  t.same(
    roles.map((role) => roles.filter((needs) => allows(role, needs)).length),
    [1, 2, 3],
  )
})

t.test('a payload is JSON, text, bytes or nothing', async (t) => {
  const base64 = (text: string): string => Buffer.from(text).toString('base64')
  t.same(payloadOf(null, null), { kind: 'none' })
  t.same(payloadOf('{"a":[1]}', base64('{"a":[1]}')), { kind: 'json', text: '{\n  "a": [\n    1\n  ]\n}' })
  t.same(payloadOf('{"a":', base64('{"a":')), { kind: 'text', text: '{"a":' })
  t.same(payloadOf('', ''), { kind: 'text', text: '' })
  const bytes = Buffer.from([0, 255, 65, ...new Uint8Array(14).fill(66)])
  t.same(payloadOf(null, bytes.toString('base64')), {
    kind: 'bytes',
    text: [
      '0000  00 ff 41 42 42 42 42 42 42 42 42 42 42 42 42 42  ··ABBBBBBBBBBBBB',
      `0010  ${'42'.padEnd(47)}  B`,
    ].join('\n'),
    bytes: 17,
    shown: 17,
  })
  t.match(payloadOf(null, Buffer.alloc(5_000).toString('base64')), { bytes: 5_000, shown: 4_096 })
})

const step = (actor: string, at: string): Step => ({
  kind: 'HANDLED',
  at,
  groupName: 'g',
  actor,
  record: '',
  message: '',
  deadLetterId: null,
})

t.test('time goes to the right, an actor has a lane, a line leads to each step', async (t) => {
  const { placed, lanes, lines, width, height, origin } = layoutOf([
    step('a', '1'),
    step('b', '2'),
    step('a', '3'),
  ])
  t.same(
    lanes.map(({ name }) => name),
    ['a in g', 'b in g'],
  )
  t.ok(placed.every(({ x }, nth) => x > (placed[nth - 1]?.x ?? origin.x)))
  t.equal(placed[0]?.y, placed[2]?.y)
  t.not(placed[0]?.y, placed[1]?.y)
  t.equal(lines.length, 3)
  t.ok(lines.every(({ fromX, toX }) => fromX < toX))
  t.ok(placed.every(({ x, y }) => x < width && y < height))
  t.match(layoutOf([]), { placed: [], lines: [] })
  t.equal(layoutOf(Array.from({ length: 200 }, (_, nth) => step('a', String(nth)))).placed.length, mostDrawn)
})
