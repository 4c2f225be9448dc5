export * from './health.ts'
export * from './status-report.ts'
