export { exitCodeOf, exitCodes, type ExitCode } from './exit-code.ts'
export { runProcess, type ProcessPorts, type Stoppable } from './run-process.ts'
