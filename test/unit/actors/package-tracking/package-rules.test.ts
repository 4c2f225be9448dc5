// A package follows its transition table; late and repeated scans change its history at most once and never its state.

import assert from 'node:assert/strict'

import fc from 'fast-check'
import t from 'tap'

import { orderRules, orderState } from '../../../../actors/package-tracking/order-state.ts'
import {
  compareMoments,
  follow,
  type Package,
  type Scan,
} from '../../../../actors/package-tracking/package.ts'
import packageTracking from '../../../../actors/package-tracking/package-tracking.ts'
import {
  nextState,
  type PackageState,
  type ScanKind,
  scanRules,
  transitions,
} from '../../../../actors/package-tracking/transitions.ts'
import { receiveOne } from '../../../../runtime/actor/testing/index.ts'
import { type PackageScanned, PackageScanned as scannedType } from '../../../../schemas/types/index.ts'

const states = Object.keys(transitions) as PackageState[]
const scans = Object.keys(scanRules) as ScanKind[]

const noon = Date.UTC(2025, 5, 2, 12)
const scanOf = (scan: ScanKind, occurredAt = noon, eventId = `${scan}@${occurredAt}`): Scan => ({
  eventId,
  scan,
  occurredAt,
  orderId: 'ORDER-1',
  carrier: 'DHL',
})
const packageIn = (state: PackageState): Package => ({
  orderId: 'ORDER-1',
  carrier: 'DHL',
  state,
  stateSince: noon - 1,
  lastScan: { eventId: 'before', scan: 'LABEL_CREATED', occurredAt: noon - 1 },
})

t.test('the table, all of it: every state and every scan', (t) => {
  const way =
    'ARRIVED_AT_FACILITY DEPARTED_FACILITY OUT_FOR_DELIVERY DELIVERY_FAILED DELIVERED RETURN_STARTED RETURNED LOST'
  // Written out a second time on purpose: what is possible from each state, as the README tells it.
  const possible: Record<PackageState, string> = {
    CREATED: `PICKED_UP ${way}`,
    PICKED_UP: way,
    IN_TRANSIT: way,
    OUT_FOR_DELIVERY: way,
    DELIVERY_FAILED: way,
    RETURNING: way,
    LOST: way,
    DELIVERED: '',
    RETURNED: '',
  }
  for (const state of states) {
    for (const scan of scans) {
      const followed = follow(packageIn(state), scanOf(scan))
      if (possible[state].split(' ').includes(scan)) {
        const onItsWayBack = state === 'RETURNING' && scanRules[scan].says === 'IN_TRANSIT'
        const expected = onItsWayBack ? 'RETURNING' : scanRules[scan].says
        t.match(
          followed,
          { kind: 'applied', from: state, now: { state: expected } },
          `${state} + ${scan} → ${expected}`,
        )
      } else {
        t.match(
          followed,
          { kind: 'impossible', reason: new RegExp(`${state}.*${scan}`) },
          `${state} + ${scan}: impossible`,
        )
      }
    }
  }
  t.end()
})

t.test('the first scan that is known may be any', (t) => {
  for (const scan of scans) {
    t.match(follow(undefined, scanOf(scan)), {
      kind: 'applied',
      from: undefined,
      now: { state: scanRules[scan].says },
    })
  }
  t.end()
})

t.test('T1: where two scans lead on, the second alone does, too', (t) => {
  for (const state of [undefined, ...states]) {
    for (const first of scans) {
      const between = nextState(state, first)
      if (between === undefined) continue
      for (const second of scans) {
        if (nextState(between, second) === undefined) continue
        t.not(nextState(state, second), undefined, `${state ?? 'nothing'} + ${second}, ${first} missing`)
      }
    }
  }
  t.end()
})

t.test('every scan kind of the event schema has a rule, and its steps are different', (t) => {
  const symbols = /"scan_kind","symbols":\[([^\]]*)\]/.exec(JSON.stringify(scannedType.schema))?.[1]
  t.same(
    symbols
      ?.split(',')
      .map((name) => JSON.parse(name) as string)
      .sort(),
    [...scans].sort(),
  )
  t.equal(new Set(Object.values(scanRules).map(({ step }) => step)).size, scans.length)
  t.end()
})

t.test('a state that stays keeps the time since when', (t) => {
  const followed = follow(packageIn('IN_TRANSIT'), scanOf('ARRIVED_AT_FACILITY'))
  t.match(followed, {
    kind: 'applied',
    from: 'IN_TRANSIT',
    now: { state: 'IN_TRANSIT', stateSince: noon - 1 },
  })
  t.end()
})

t.test('a package does not change its order', (t) => {
  const other = { ...scanOf('DELIVERED'), orderId: 'ORDER-2' }
  t.match(follow(packageIn('IN_TRANSIT'), other), { kind: 'impossible', reason: /ORDER-1.*ORDER-2/ })
  t.match(
    follow(packageIn('IN_TRANSIT'), { ...other, occurredAt: 0 }),
    { kind: 'impossible' },
    'nor by a late scan',
  )
  t.end()
})

/** A walk through the table, at growing times; the carrier's clock shows the same minute for some. */
const validHistory = fc
  .array(fc.record({ pick: fc.nat(), gapMs: fc.constantFrom(0, 1, 60_000) }), { minLength: 1, maxLength: 12 })
  .map((choices) => {
    const history: Scan[] = []
    let state: PackageState | undefined
    let at = noon
    for (const { pick, gapMs } of choices) {
      const possible = scans.filter((scan) => nextState(state, scan) !== undefined)
      const kind = possible[pick % possible.length]
      if (kind === undefined) break
      const last = history.at(-1)
      at +=
        last !== undefined && scanRules[kind].step <= scanRules[last.scan].step ? Math.max(gapMs, 1) : gapMs
      history.push(scanOf(kind, at, `scan-${history.length}`))
      state = nextState(state, kind)
    }
    return history
  })

const arrivals = validHistory.chain((history) =>
  fc
    .tuple(
      fc.shuffledSubarray(history, { minLength: history.length }),
      fc.array(fc.record({ again: fc.nat(history.length - 1), at: fc.nat(history.length) }), {
        maxLength: 6,
      }),
    )
    .map(([shuffled, repeats]) => {
      const arriving = [...shuffled]
      for (const { again, at } of repeats) arriving.splice(at, 0, history[again]!)
      return { history, arriving }
    }),
)

t.test('any order of arrival, with repeats, gives the same history, and nothing of it is rejected', (t) => {
  fc.assert(
    fc.property(arrivals, ({ history, arriving }) => {
      let known: Package | undefined
      const written = new Map<string, Scan>()
      for (const scan of arriving) {
        const followed = follow(known, scan)
        if (followed.kind === 'impossible') throw new Error(followed.reason)
        if (followed.kind === 'repeated') continue
        known = followed.now
        if (!written.has(scan.eventId)) written.set(scan.eventId, scan)
      }
      assert.deepEqual([...written.values()].sort(compareMoments), history)
    }),
    { numRuns: 2_000 },
  )
  t.end()
})

t.test('the state is that of the scans which came in time, whatever came late or again', (t) => {
  fc.assert(
    fc.property(arrivals, ({ arriving }) => {
      // The rule by itself: scans that are later than everything before them, one after the other.
      let expected: PackageState | undefined
      let newest: Scan | undefined
      let known: Package | undefined
      for (const scan of arriving) {
        if (newest === undefined || compareMoments(scan, newest) > 0) {
          expected = nextState(expected, scan.scan)
          newest = scan
        }
        const followed = follow(known, scan)
        known = 'now' in followed ? followed.now : known
        if (known?.state !== expected)
          throw new Error(`${String(known?.state)}, expected ${String(expected)}`)
      }
    }),
    { numRuns: 2_000 },
  )
  t.end()
})

t.test('scans one after the other in time order end where the walk ends', (t) => {
  fc.assert(
    fc.property(validHistory, (history) => {
      let known: Package | undefined
      let state: PackageState | undefined
      for (const scan of history) {
        const followed = follow(known, scan)
        known = 'now' in followed ? followed.now : known
        state = nextState(state, scan.scan)
      }
      assert.equal(known?.state, state)
    }),
  )
  t.end()
})

t.test('an order follows from its packages', (t) => {
  const table: [readonly PackageState[], string][] = [
    [[], 'CREATED'],
    [['CREATED', 'CREATED'], 'CREATED'],
    [['CREATED', 'PICKED_UP'], 'SHIPPED'],
    [['IN_TRANSIT'], 'SHIPPED'],
    [['OUT_FOR_DELIVERY', 'CREATED'], 'SHIPPED'],
    [['DELIVERED', 'IN_TRANSIT'], 'PARTLY_DELIVERED'],
    [['DELIVERED', 'CREATED'], 'PARTLY_DELIVERED'],
    [['DELIVERED', 'DELIVERED'], 'DELIVERED'],
    [['RETURNED'], 'RETURNED'],
    [['DELIVERED', 'RETURNED'], 'NEEDS_ATTENTION'],
    [['DELIVERED', 'LOST'], 'NEEDS_ATTENTION'],
    [['LOST'], 'NEEDS_ATTENTION'],
    [['CREATED', 'DELIVERY_FAILED'], 'NEEDS_ATTENTION'],
    [['RETURNING'], 'NEEDS_ATTENTION'],
  ]
  for (const [packages, expected] of table) t.equal(orderState(packages), expected, packages.join(' + '))
  const reached = new Set(table.map(([, state]) => state))
  for (const { state } of orderRules) t.ok(reached.has(state), `${state} is reached`)
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...states)), (packages) => {
      t.equal(
        orderState([...new Set(packages)].reverse()),
        orderState(packages),
        'counts and order do not matter',
      )
    }),
  )
  t.end()
})

const event: PackageScanned = {
  eventId: 'scan-1',
  tenantId: 'acme',
  correlationId: null,
  trackingId: 'PKG-1',
  orderId: 'ORDER-1',
  carrier: 'DHL',
  scan: 'PICKED_UP',
  occurredAt: noon,
  location: { city: 'Lyon', country: 'FR', lat: 45.76, lon: 4.84 },
  message: null,
}

t.test('what is no scan is rejected with its reason', async (t) => {
  const lyon = event.location!
  const table: [what: string, event: Partial<PackageScanned>, given: object, reason: RegExp][] = [
    ['no tracking id', { trackingId: '' }, { key: '' }, /no tracking id/],
    ['no order', { orderId: '' }, {}, /no order id/],
    ['no tenant', { tenantId: '' }, {}, /no tenant/],
    ['huge id', { orderId: 'x'.repeat(201) }, {}, /201 characters/],
    ['NUL in an id', { trackingId: 'PKG\0' }, { key: 'PKG\0' }, /NUL/],
    ['NUL in a text', { message: 'a\0b' }, {}, /NUL/],
    ['NUL in a place', { location: { ...lyon, city: '\0' } }, {}, /NUL/],
    ['of two tenants', {}, { tenant: 'umbrella' }, /tenant umbrella.*acme/],
    ['under another key', {}, { key: 'PKG-2' }, /key/],
    ['without a key', {}, { key: undefined }, /key/],
    ['before clocks were set', { occurredAt: 0 }, {}, /no time/],
    ['at no time', { occurredAt: Number.NaN }, {}, /no time/],
    ['beyond time', { occurredAt: 9e15 }, { timestamp: 0 }, /no time/],
    ['in the future', { occurredAt: noon + 86_400_001 }, { timestamp: noon }, /future/],
    ['nowhere', { location: { ...lyon, lat: Number.NaN } }, {}, /no place/],
    ['off the map', { location: { ...lyon, lon: 181 } }, {}, /no place/],
  ]
  for (const [what, change, given, reason] of table) {
    const { outcome, tracked, state } = await receiveOne(
      packageTracking,
      { ...event, ...change },
      { key: 'PKG-1', ...given },
    )
    t.match(outcome, { kind: 'reject', reason }, what)
    t.same(tracked, [], `${what}: nothing is tracked`)
    t.equal(state, undefined, `${what}: nothing is kept`)
  }
  const aDayAhead = { ...event, occurredAt: noon + 86_400_000 }
  t.match(await receiveOne(packageTracking, aDayAhead, { key: 'PKG-1', timestamp: noon }), {
    outcome: { kind: 'commit' },
  })
  const longMessage = { ...event, message: 'm'.repeat(5_000) }
  t.match(await receiveOne(packageTracking, longMessage, { key: 'PKG-1' }), {
    tracked: [{ scan: { message: /^m{1000}$/ } }],
  })
})

t.test('an event goes out for a change of state, and for nothing else', async (t) => {
  const first = await receiveOne(packageTracking, event, { key: 'PKG-1' })
  t.match(first.emitted, [{ event: { from: null, to: 'PICKED_UP', eventId: 'scan-1/state-changed' } }])

  const again = await receiveOne(packageTracking, event, { key: 'PKG-1', state: first.state })
  t.same([again.outcome.kind, again.emitted, again.tracked], ['commit', [], []], 'the same scan again')
  t.same(again.state, first.state)

  const facility = { ...event, eventId: 'scan-2', scan: 'ARRIVED_AT_FACILITY', occurredAt: noon + 1 }
  const arrived = await receiveOne(packageTracking, facility, { key: 'PKG-1', state: first.state })
  t.equal(arrived.emitted.length, 1)
  const departed = { ...facility, eventId: 'scan-3', scan: 'DEPARTED_FACILITY', occurredAt: noon + 2 }
  const left = await receiveOne(packageTracking, departed, { key: 'PKG-1', state: arrived.state })
  t.same([left.emitted.length, left.tracked.length], [0, 1], 'still in transit: a row, no event')

  const twice = await receiveOne(packageTracking, event, { key: 'PKG-1' })
  t.same(twice, first, 'run twice on the same, it asks for the same')
})
