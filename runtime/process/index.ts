export { exitCodeOf, exitCodes, type ExitCode } from './exit-code.ts'
export { runProcess, type ProcessPorts } from './run-process.ts'
export type { Running } from './running.ts'
