// What a relay reports: its slices and those that no relay has, each with what waits in it; and what is missing, if it is
// not ready.

import t from 'tap'
import { TroupeError } from '../../../runtime/errors.ts'
import { relayReport, type RelayStatus, type SliceStatus } from '../../../runtime/relay/index.ts'

const slice = (slice: number, more: Partial<SliceStatus> = {}): SliceStatus => ({
  slice,
  term: 1,
  state: 'idle',
  sentRecords: 5,
  waitsFor: undefined,
  heldTopics: [],
  ...more,
})
const status = (more: Partial<RelayStatus> = {}): RelayStatus => ({
  relay: 'me',
  slices: [],
  sentRecords: 5,
  parkedRecords: 1,
  orphans: [],
  backlog: undefined,
  heldBackBy: undefined,
  postgresTrouble: undefined,
  ...more,
})
const ready = (name: string) => ({ name, ready: true, reason: '' })

t.test('before anything is known, nothing is made up', async (t) => {
  t.same(relayReport(status({ slices: [slice(2)] })), {
    readiness: [ready('postgres'), ready('producer')],
    outbox: {
      slices: [{ slice: 2, state: 'idle', records: null, ageMs: null, waitsFor: '', heldTopics: [] }],
      sentRecords: 5,
      parkedRecords: 1,
      parked: null,
      heldBackMs: null,
    },
  })
})

t.test('slices in their order, the orphans among them, each with its backlog', async (t) => {
  const { outbox } = relayReport(
    status({
      slices: [slice(1, { state: 'sending' }), slice(6)],
      orphans: [6, 3], // taken since the survey: its own
      backlog: {
        slices: [
          { slice: 1, records: 100_000, ageMs: 9_000 },
          { slice: 3, records: 2, ageMs: 40_000 },
        ],
        parked: 4,
      },
      heldBackBy: { pid: 1, database: 'd', applicationName: 'a', ageMs: 31_000 },
    }),
  )
  t.same(
    outbox.slices.map(({ slice, state, records, ageMs }) => [slice, state, records, ageMs]),
    [
      [1, 'sending', 100_000, 9_000],
      [3, 'orphan', 2, 40_000],
      [6, 'idle', null, null],
    ],
  )
  t.match(outbox, { parked: 4, heldBackMs: 31_000 })
})

t.test('what a slice waits for is why it is not ready', async (t) => {
  const kafka = new TroupeError('KAFKA_UNAVAILABLE', 'no broker answers')
  const away = new TroupeError('POSTGRES_UNAVAILABLE', 'Postgres is away')
  const readiness = (more: Partial<RelayStatus>) => relayReport(status(more)).readiness

  t.same(
    readiness({
      slices: [slice(0, { waitsFor: kafka }), slice(1), slice(5, { waitsFor: kafka })],
    }),
    [
      ready('postgres'),
      { name: 'producer', ready: false, reason: 'slices 0, 5 of the outbox wait: no broker answers' },
    ],
  )
  const withoutPostgres = [{ name: 'postgres', ready: false, reason: 'Postgres is away' }, ready('producer')]
  t.same(readiness({ slices: [slice(0, { waitsFor: away })] }), withoutPostgres)
  t.same(readiness({ postgresTrouble: 'Postgres is away' }), withoutPostgres)
  t.same(readiness({}), [ready('postgres'), ready('producer')], 'one without slices stands by')
})
