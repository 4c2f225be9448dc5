/** `micro`: what each piece of the hot path costs a record, and as a multiple of avsc's own decoding. */

import { keepReport, machineText, versions, type Keeping, type Report } from '../report/index.ts'
import { microCases, recordsPerTurn, referenceId, seen } from './cases.ts'
import { measure, ratiosTo } from './measure.ts'

const slices = 5_000

export const benchMicro = async (keeping: Keeping): Promise<void> => {
  const machine = machineText()
  const timed = await measure(microCases, slices)
  const ratios = ratiosTo(referenceId, timed)
  const rows = timed.map(({ id, nsPerRecord }) => [
    id,
    nsPerRecord.toFixed(1),
    (ratios.get(id) ?? NaN).toFixed(3),
  ])
  if (seen() === 0) throw new Error('nothing was done')
  const report: Report = {
    id: 'micro',
    title: 'The hot path in pieces',
    command: 'npm run bench -- micro',
    takenOn: new Date().toISOString().slice(0, 10),
    machine,
    versions: versions(),
    workload: `One process, one thread, no broker; the least of ${slices} interleaved slices. Records as in the comparison; "dispatch" is a batch of one record through a partition actor, all else is a record of a batch of ${recordsPerTurn}.`,
    tables: [{ columns: ['case', 'ns', `× ${referenceId} alone`], rows }],
    notes: [],
    leftOut: [],
    rows: [],
    samples: timed,
  }
  await keepReport(report, keeping)
}
