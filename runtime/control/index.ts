export * from './status-report.ts'
