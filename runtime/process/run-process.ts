/**
 * The frame of every process of Troupe: options, log, start, signals, exit code. Stopping always ends: what hangs
 * (librdkafka's disconnect can) is cut off at a hard deadline.
 */

import { messageOf, TroupeError } from '../errors.ts'
import type { Options } from '../config/index.ts'
import { createLog, type Log } from '../telemetry/index.ts'
import { exitCodes, type ExitCode } from './exit-code.ts'

export interface Stoppable {
  stop(): Promise<void>
}

export interface ProcessPorts {
  readonly log: Log
  readonly onFatal: (error: TroupeError) => void
}

/** What is added to the drain time-out before a stop is cut off. */
const stopGraceMs = 5_000

/** Starts `start`, waits for SIGTERM, SIGINT or a fatal error, stops, and exits with a code of `exit-code.ts`. */
export const runProcess = async (
  name: string,
  resolve: (given: object, env: NodeJS.ProcessEnv) => Options,
  start: (options: Options, ports: ProcessPorts) => Promise<Stoppable>,
): Promise<never> => {
  const options = readOptions(resolve)
  const log = createLog({ level: options.logLevel, base: { process: name } })
  const ending = untilEnd(log)
  let running: Stoppable | undefined
  try {
    const starting = start(options, { log, onFatal: ending.fatal })
    // A signal during the start is obeyed when the start is through: half a runtime can't be stopped in order.
    running = await starting
    log.info('running')
    const code = await ending.promise
    await stopWithin(running, options.drainTimeoutMs + stopGraceMs, log)
    process.exit(code)
  } catch (error) {
    log.error(messageOf(error), { error: described(error) })
    process.exit(exitCodeOf(error))
  }
}

const readOptions = (resolve: (given: object, env: NodeJS.ProcessEnv) => Options): Options => {
  try {
    return resolve({}, process.env)
  } catch (error) {
    // Before there is a log level to obey.
    createLog({ level: 'info' }).error(messageOf(error))
    process.exit(exitCodes.misconfigured)
  }
}

const untilEnd = (log: Log) => {
  const { promise, resolve } = Promise.withResolvers<ExitCode>()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      log.info(`stopping on ${signal}`)
      resolve(exitCodes.stopped)
    })
  }
  const fatal = (error: TroupeError): void => {
    log.error(`stopping: ${error.message}`, { error: described(error) })
    resolve(error.code === 'BUG' ? exitCodes.bug : exitCodes.fatal)
  }
  const bug = (error: unknown): void => fatal(new TroupeError('BUG', messageOf(error), { cause: error }))
  process.on('uncaughtException', bug)
  process.on('unhandledRejection', bug)
  return { promise, fatal }
}

const stopWithin = async (running: Stoppable, deadlineMs: number, log: Log): Promise<void> => {
  const deadline = setTimeout(() => {
    log.error(`stopping took longer than ${deadlineMs} ms: cut off; what was not committed is handled again`)
    process.exit(exitCodes.stopTimedOut)
  }, deadlineMs)
  await running.stop()
  clearTimeout(deadline)
}

const exitCodeOf = (error: unknown): ExitCode => {
  if (!(error instanceof TroupeError) || error.code === 'BUG') return exitCodes.bug
  return error.retryable ? exitCodes.serviceAway : exitCodes.misconfigured
}

const described = (error: unknown): object => {
  if (!(error instanceof Error)) return { message: String(error) }
  const { name, message, stack, cause } = error
  return {
    ...(error instanceof TroupeError ? { code: error.code, retryable: error.retryable } : { name, stack }),
    message,
    ...(cause !== undefined && { cause: described(cause) }),
  }
}
