// What a replay does with a record follows from what the inbox says of its event and from where it was handled first; its states, and when it is given up, are tables.

import t from 'tap'
import {
  hopelessReplay,
  noOutcomes,
  replayCountsOf,
  replayTransitions,
  replayVerdict,
  type InboxState,
} from '../../../runtime/delivery/index.ts'

t.test('of a record that the inbox knows', (t) => {
  const here = { isHere: true, isHeld: false }
  const handled: Readonly<Record<InboxState, readonly ('keep' | 'replay')[]>> = {
    done: ['replay'],
    rejected: ['replay'],
    dead: ['keep', 'replay'],
    parked: [],
  }
  for (const [outcome, by] of Object.entries(handled) as [InboxState, readonly string[]][])
    for (const dedupe of ['keep', 'replay'] as const) {
      const expected = by.includes(dedupe) ? 'handle' : 'pass-over'
      t.equal(replayVerdict(dedupe, { outcome, ...here }), expected, `${dedupe}, ${outcome}`)
      for (const other of [{ isHere: false }, { isHeld: true }])
        t.equal(
          replayVerdict(dedupe, { outcome, ...here, ...other }),
          'pass-over',
          `${dedupe}, ${outcome}, ${Object.keys(other).join()}`,
        )
    }
  t.end()
})

t.test('every record is counted once', (t) => {
  const counts = Object.fromEntries(Object.keys(noOutcomes()).map((name, nth) => [name, 10 ** nth]))
  const told = replayCountsOf({ ...noOutcomes(), ...counts })
  t.equal(
    Object.values(told).reduce((sum, count) => sum + count, 0),
    11_111_111,
  )
  t.end()
})

t.test('its end is an end', (t) => {
  t.same(replayTransitions.finished, [])
  t.same(replayTransitions.stopped, [])
  t.equal(hopelessReplay(5, 7), undefined)
  t.match(hopelessReplay(6, 7), /follows offset 7/)
  t.end()
})
