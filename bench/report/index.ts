export { keepReport, type Keeping } from './keep-report.ts'
export type { Bar, Chart, Report, Table } from './report.ts'
export { reachedTable, tableOf, type Target } from './rows-table.ts'
export { machineText, versions } from './surroundings.ts'
