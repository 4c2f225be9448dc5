// A process that ends is replaced in its slot, with backoff and within a budget; what its end says decides what it costs.

import t from 'tap'
import { ruleOfEnd } from '../../../runtime/cluster/process-end.ts'
import {
  noRestarts,
  restartDecision,
  type Decided,
  type RestartEvent,
  type RestartPolicy,
  type RestartState,
} from '../../../runtime/cluster/restart-decision.ts'
import { nextSlotState, slotTransitions, type SlotState } from '../../../runtime/cluster/slot-lifecycle.ts'
import { exitCodes } from '../../../runtime/process/index.ts'
import type { ChildEnd } from '../../../runtime/supervision/index.ts'

const policy: RestartPolicy = {
  budget: { restarts: 3, withinMs: 10_000 },
  backoff: { backoff: 'exponential', firstDelayMs: 100, maxDelayMs: 1_000, jitter: 'half' },
  settledAfterMs: 5_000,
}
const killed: ChildEnd = { kind: 'signal', signal: 'SIGKILL' }
const exit = (code: number): ChildEnd => ({ kind: 'exit', code })
const ended = (
  end: ChildEnd,
  more: Partial<Extract<RestartEvent, { kind: 'ended' }>> = {},
): RestartEvent => ({
  kind: 'ended',
  slot: 1,
  end,
  ranForMs: 0,
  jitter: 1,
  ...more,
})
const running: RestartState = { ...noRestarts, everRan: true }
/** All events, a second apart unless told. */
const after = (events: readonly (readonly [RestartEvent, nowMs: number])[], from = running): Decided =>
  events.reduce<Decided>(({ state }, [event, nowMs]) => restartDecision(state, event, nowMs, policy), {
    state: from,
    decision: { kind: 'none' },
  })

t.test('a SIGKILL is answered by a restart that says whose end it was', async (t) => {
  const { state, decision } = restartDecision(running, ended(killed, { slot: 2 }), 0, policy)
  t.strictSame(decision, { kind: 'restart', afterMs: 100, reason: 'process 2 ended with SIGKILL: it died' })
  t.strictSame(state.spent, [0])
})

t.test(
  'ends in a row of a slot wait longer and longer, up to the most; others are not held up',
  async (t) => {
    const generous = { ...policy, budget: { restarts: 100, withinMs: 10_000 } }
    let state = running
    const waits: number[] = []
    for (let i = 0; i < 6; i += 1) {
      const decided = restartDecision(state, ended(exit(1)), i, generous)
      state = decided.state
      if (decided.decision.kind === 'restart') waits.push(decided.decision.afterMs)
    }
    t.strictSame(waits, [100, 200, 400, 800, 1_000, 1_000])
    t.match(restartDecision(state, ended(exit(1), { slot: 2 }), 6, generous).decision, { afterMs: 100 })
    t.match(
      restartDecision(state, ended(exit(1), { ranForMs: 5_000 }), 6, generous).decision,
      { afterMs: 100 },
      'one that had settled begins anew',
    )
    t.match(restartDecision(running, ended(exit(1), { jitter: 0 }), 6, generous).decision, { afterMs: 50 })
  },
)

t.test('the budget is the node’s, and slides', async (t) => {
  const three = [
    [ended(killed), 0],
    [ended(killed, { slot: 2 }), 1_000],
    [ended(killed), 2_000],
  ] as const
  t.match(after([...three, [ended(killed, { slot: 2, reason: 'heap.' }), 9_999]]).decision, {
    kind: 'give-up',
    exitCode: exitCodes.fatal,
    reason: 'process 2 ended with SIGKILL: heap. 3 restarts within 10 s used up the restart budget',
  })
  t.match(
    after([...three, [ended(killed), 10_000]]).decision,
    { kind: 'restart' },
    'the first one is old by then',
  )
  t.match(
    restartDecision(running, ended(killed), 0, { ...policy, budget: { restarts: 0, withinMs: 1 } }).decision,
    { kind: 'give-up' },
  )
})

t.test('a service that is away costs nothing, however long; the wait still grows', async (t) => {
  const away = Array.from({ length: 50 }, (_, i) => [ended(exit(exitCodes.serviceAway)), i] as const)
  const { state, decision } = after(away, noRestarts)
  t.match(decision, { kind: 'restart', afterMs: 1_000 })
  t.strictSame(state.spent, [])
})

t.test('a wrong configuration ends a node that never ran, and is a crash in one that did', async (t) => {
  const wrong = ended(exit(exitCodes.misconfigured), { ranForMs: undefined, reason: 'LANES is many' })
  t.strictSame(restartDecision(noRestarts, wrong, 0, policy).decision, {
    kind: 'give-up',
    exitCode: exitCodes.misconfigured,
    reason: 'process 1 ended with exit code 2: LANES is many',
  })
  const { state } = restartDecision(noRestarts, { kind: 'running', slot: 3 }, 0, policy)
  t.match(restartDecision(state, wrong, 0, policy), { decision: { kind: 'restart' }, state: { spent: [0] } })
})

t.test('a death whose record was found is given back', async (t) => {
  const three = [0, 1, 2].map((at) => [ended(killed), at] as const)
  const { state } = after([...three, [{ kind: 'cause-found' }, 3]])
  t.match(restartDecision(state, ended(killed), 4, policy).decision, { kind: 'restart' })
  t.strictSame(after([[{ kind: 'cause-found' }, 0]]).state, running, 'with nothing spent, nothing comes back')
})

t.test('every exit code has a rule, and what is none of ours is a death', async (t) => {
  for (const code of Object.values(exitCodes)) t.ok(ruleOfEnd(exit(code)).meaning)
  t.equal(ruleOfEnd(exit(134)), ruleOfEnd(killed))
  t.equal(ruleOfEnd(exit(137)).budget, 'spends')
})

t.test(
  'a quiet time gives a node its whole budget back, and a slot that ran on its shortest wait',
  async (t) => {
    // given three restarts, the last at 2,000
    const spent = after([
      [ended(killed), 0],
      [ended(killed), 1_000],
      [ended(killed), 2_000],
    ])
    t.equal(after([[ended(killed), 9_999]], spent.state).decision.kind, 'give-up')
    // when the window has passed since the last of them
    const quiet = [12_000, 12_001, 12_002].map((at) => [ended(killed, { ranForMs: 9_000 }), at] as const)
    const later = after(quiet, spent.state)
    // then
    t.match(later.decision, { kind: 'restart', afterMs: 100 })
    t.strictSame(later.state.spent, [12_000, 12_001, 12_002])
    t.equal(after([[ended(killed), 12_003]], later.state).decision.kind, 'give-up')
  },
)

t.test('a slot goes its listed ways only', async (t) => {
  const states = Object.keys(slotTransitions) as SlotState[]
  for (const from of states)
    for (const to of states) {
      if (slotTransitions[from].includes(to)) t.equal(nextSlotState(from, to), to)
      else
        t.throws(() => nextSlotState(from, to), {
          code: 'TRANSITION_UNLISTED',
          message: new RegExp(`${from} to ${to}`),
        })
    }
})
