// What parks together, when parking ends in blocking or releasing, and which change of a timer counts.

import t from 'tap'
import {
  defaultParkingLimits,
  lastOfEach,
  parkingKeyOf,
  parkingVerdict,
  type TimerChange,
} from '../../../runtime/delivery/index.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

t.test('records of one key park together, one without key alone', (t) => {
  const keys = [
    parkingKeyOf(bytes('a'), 1),
    parkingKeyOf(bytes(''), 1),
    parkingKeyOf(bytes('offset 1'), 1),
    parkingKeyOf(null, 1),
    parkingKeyOf(null, 2),
    parkingKeyOf(Uint8Array.of(0xff, 0x0a), 1),
    parkingKeyOf(Uint8Array.of(0xff, 0x0b), 1),
    parkingKeyOf(bytes('bytes ff0a'), 1),
    parkingKeyOf(bytes('\ufeffa'), 1),
  ]
  t.equal(new Set(keys).size, keys.length)
  t.equal(parkingKeyOf(bytes('a'), 7), keys[0])
  t.equal(parkingKeyOf(undefined, 1), keys[3])
  t.end()
})

t.test('past a limit it blocks or releases, and says so; age alone only says so', (t) => {
  const limits = { ...defaultParkingLimits, maxParkedPerKey: 2, maxParked: 5, maxAgeMs: 1_000 }
  const table = [
    [0, 0, 0, { kind: 'park', alarm: undefined }],
    [1, 4, 1_000, { kind: 'park', alarm: undefined }],
    [1, 4, 2_500, { kind: 'park', alarm: 'a key is parked for 2 s: maxAgeMs is 1000' }],
    [2, 4, 0, { kind: 'block', alarm: '2 records are parked behind one key: maxParkedPerKey is 2' }],
    [0, 5, 0, { kind: 'block', alarm: '5 records of the unit are parked: maxParked is 5' }],
  ] as const
  for (const [ofKey, ofUnit, oldestAgeMs, verdict] of table) {
    t.strictSame(parkingVerdict({ ofKey, ofUnit, oldestAgeMs }, limits), verdict)
  }
  t.match(parkingVerdict({ ofKey: 9, ofUnit: 9, oldestAgeMs: 0 }, { ...limits, onLimit: 'release' }), {
    kind: 'release',
  })
  t.end()
})

t.test('of several changes of one timer the last one counts', (t) => {
  const set = (key: string, name: string, dueAtMs: number): TimerChange => ({
    kind: 'set',
    tenant: 't',
    key,
    name,
    dueAtMs,
    payload: undefined,
    recordKey: null,
  })
  const cancel = (key: string, name: string): TimerChange => ({ kind: 'cancel', tenant: 't', key, name })
  t.strictSame(
    lastOfEach([set('a', 'x', 1), set('a', 'x', 2), set('b', 'x', 3), cancel('b', 'x'), set('a', 'y', 4)]),
    [set('a', 'x', 2), cancel('b', 'x'), set('a', 'y', 4)],
  )
  t.end()
})
