export { openRecords } from './open-records.ts'
