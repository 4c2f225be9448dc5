// What a shadow made of a record is held against what the version that runs made of it: the first difference is told in words, and none of what is in the data.

import t from 'tap'
import {
  shadowVerdict,
  type CollectedEffects,
  type HeldState,
  type ObservedRecord,
} from '../../../runtime/delivery/index.ts'

const nothing: CollectedEffects = { events: [], tracked: [], timers: [] }
const committed = (effects: Partial<CollectedEffects> = {}, before?: HeldState): ObservedRecord => ({
  index: 0,
  offset: 100,
  ...(before && { before }),
  outcome: { kind: 'committed', effects: { ...nothing, ...effects } },
})
const failed = (errorClass = 'RangeError'): ObservedRecord => ({
  index: 0,
  offset: 100,
  outcome: { kind: 'failed', errorClass, message: `no: ${errorClass}` },
})
const rejected: ObservedRecord = {
  index: 0,
  offset: 100,
  outcome: { kind: 'rejected', errorClass: 'Reject', message: 'no' },
}
const event = (name: string, digest = 'd', topic = 'things') => ({ name, topic, digest })
const state = (value: unknown, form = 1): HeldState => ({ json: JSON.stringify(value), form })
const difference = (live: ObservedRecord, shadow: ObservedRecord): string | undefined =>
  shadowVerdict([live], [shadow]).lastDifference?.text

t.test('what is the same is no difference', (t) => {
  for (const [name, live, shadow] of [
    ['nothing', committed(), committed()],
    ['both fail, with whatever', failed(), failed('TypeError')],
    ['both reject', rejected, rejected],
    [
      'keys of a row in another order',
      committed({ tracked: ['{"a":1,"b":2}'] }),
      committed({ tracked: ['{"b":2,"a":1}'] }),
    ],
    [
      'keys of a state in another order',
      committed({ state: { json: '{"a":1,"b":[{"c":1,"d":2}]}', form: 1 } }, state({ a: 0 })),
      committed({ state: { json: '{"b":[{"d":2,"c":1}],"a":1}', form: 1 } }, state({ a: 0 })),
    ],
    [
      'a state put back as it was',
      committed({}, state({ n: 1 })),
      committed({ state: state({ n: 1 }) }, state({ n: 1 })),
    ],
    [
      'states in different forms',
      committed({ state: state({ n: 1 }) }),
      committed({ state: state({ count: 1 }, 2) }),
    ],
    [
      'no state',
      committed({ state: { json: undefined, form: 1 } }, state(1)),
      committed({ state: { json: undefined, form: 1 } }, state(1)),
    ],
  ] as const)
    t.equal(difference(live, shadow), undefined, name)
  t.end()
})

t.test('what is not the same is told', (t) => {
  for (const [name, live, shadow, text] of [
    ['it fails', committed(), failed(), 'it fails (RangeError), and the version that runs commits'],
    [
      'it does not fail',
      failed('TypeError'),
      committed(),
      'it commits, and the version that runs fails (TypeError)',
    ],
    ['it rejects', failed(), rejected, 'it rejects the record, and the version that runs fails (RangeError)'],
    [
      'an event more',
      committed(),
      committed({ events: [event('a.b')] }),
      'it emits a.b, and the version that runs does not',
    ],
    [
      'an event less',
      committed({ events: [event('a.b')] }),
      committed(),
      'it does not emit a.b, which the version that runs emits',
    ],
    [
      'another type',
      committed({ events: [event('a.b')] }),
      committed({ events: [event('a.c')] }),
      'it emits a.c where the version that runs emits a.b',
    ],
    [
      'another value',
      committed({ events: [event('a.b'), event('a.b')] }),
      committed({ events: [event('a.b'), event('a.b', 'e')] }),
      'event 2 that it emits, a.b, is another one',
    ],
    [
      'another topic',
      committed({ events: [event('a.b')] }),
      committed({ events: [event('a.b', 'd', 'x')] }),
      'event 1 that it emits, a.b, is another one',
    ],
    [
      'a row more',
      committed(),
      committed({ tracked: ['{}'] }),
      'number of each row that it tracks: 1, and 0 of the version that runs',
    ],
    [
      'another row',
      committed({ tracked: ['{"a":{"b":"secret"}}'] }),
      committed({ tracked: ['{"a":{"b":"other"}}'] }),
      'row that it tracks number 1 is another one, at .a.b',
    ],
    [
      'another timer',
      committed({ timers: ['{"name":"t"}'] }),
      committed({ timers: ['{"name":"u"}'] }),
      'timer that it sets or cancels number 1 is another one, at .name',
    ],
    [
      'another state',
      committed({ state: state({ lines: [1, 2] }) }),
      committed({ state: state({ lines: [1, 3] }) }),
      'the state that it leaves is another one, at .lines[1]',
    ],
    [
      'a state that is left alone',
      committed({ state: state({ n: 2 }) }, state({ n: 1 })),
      committed({}, state({ n: 1 })),
      'the state that it leaves is another one, at .n',
    ],
    [
      'a state that is forgotten',
      committed({}, state(1)),
      committed({ state: { json: undefined, form: 1 } }, state(1)),
      'the state that it leaves is another one',
    ],
  ] as const)
    t.equal(difference(live, shadow), text, name)
  t.end()
})

t.test('a batch is counted', (t) => {
  // given
  const at = (index: number, record: ObservedRecord): ObservedRecord => ({
    ...record,
    index,
    offset: 100 + index,
  })
  const live = [0, 1, 2, 3, 4].map((index) => at(index, committed()))
  // when: one was not reached, and one is nobody's
  const shadow = [
    at(3, failed('TypeError')),
    at(1, failed()),
    at(0, committed()),
    at(2, failed()),
    at(9, failed()),
  ]
  // then
  t.same(shadowVerdict(live, shadow), {
    handled: 4,
    failed: { RangeError: 2, TypeError: 1 },
    differing: 3,
    dropped: 1,
    lastFailure: { offset: 103, errorClass: 'TypeError', message: 'no: TypeError' },
    lastDifference: { offset: 103, text: 'it fails (TypeError), and the version that runs commits' },
  })
  t.end()
})
