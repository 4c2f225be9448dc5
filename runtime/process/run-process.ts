/**
 * The frame of every process of Troupe: options, log, start, signals, exit code. It always ends when it is told to:
 * what hangs (librdkafka's disconnect can) is cut off at a hard deadline.
 */

import { messageOf, TroupeError } from '../errors.ts'
import type { Options } from '../config/index.ts'
import { createLog, type Log } from '../telemetry/index.ts'
import { exitCodeOf, exitCodes, type ExitCode } from './exit-code.ts'

export interface Stoppable {
  stop(): Promise<void>
}

export interface ProcessPorts {
  readonly log: Log
  /** The process can't go on: it stops, with the exit code that belongs to the error. */
  readonly onFatal: (error: TroupeError) => void
  /** Aborted when the process is to end. A start that is under way then gives up, and takes back what it did. */
  readonly stopping: AbortSignal
}

/** What is added to the drain time-out before a stop is cut off; and how long a start may take to give up. */
const stopGraceMs = 5_000

/** Starts `start`, waits for SIGTERM, SIGINT or a fatal error, stops, and exits with a code of `exit-code.ts`. */
export const runProcess = async (
  name: string,
  resolve: (given: object, env: NodeJS.ProcessEnv) => Options,
  start: (options: Options, ports: ProcessPorts) => Promise<Stoppable>,
): Promise<never> => {
  const options = readOptions(name, resolve)
  const log = createLog({ level: options.logLevel, base: { process: name } })
  const ending = untilEnd(log)
  try {
    const starting = start(options, { log, onFatal: ending.fatal, stopping: ending.signal })
    const running = (await Promise.race([starting, ending.promise.then(() => undefined)])) ?? undefined
    if (running === undefined) return await abandon(starting, await ending.promise, log)
    log.info('running')
    const code = await ending.promise
    await cutOffAfter(options.drainTimeoutMs + stopGraceMs, log, () => running.stop())
    process.exit(code)
  } catch (error) {
    log.error(messageOf(error), { error: described(error) })
    process.exit(exitCodeOf(error, 'start'))
  }
}

const readOptions = (name: string, resolve: (given: object, env: NodeJS.ProcessEnv) => Options): Options => {
  try {
    return resolve({}, process.env)
  } catch (error) {
    // Before there is a log level to obey.
    createLog({ level: 'info', base: { process: name } }).error(messageOf(error))
    process.exit(exitCodeOf(error, 'start'))
  }
}

const untilEnd = (log: Log) => {
  const { promise, resolve } = Promise.withResolvers<ExitCode>()
  const stopping = new AbortController()
  const end = (code: ExitCode): void => {
    resolve(code)
    stopping.abort()
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      log.info(`stopping on ${signal}`)
      end(exitCodes.stopped)
    })
  }
  const fatal = (error: TroupeError): void => {
    log.error(`stopping: ${error.message}`, { error: described(error) })
    end(exitCodeOf(error, 'run'))
  }
  const bug = (error: unknown): void => fatal(new TroupeError('BUG', messageOf(error), { cause: error }))
  process.on('uncaughtException', bug)
  process.on('unhandledRejection', bug)
  return { promise, fatal, signal: stopping.signal }
}

/** The end came before the start was through. */
const abandon = async (starting: Promise<Stoppable>, code: ExitCode, log: Log): Promise<never> => {
  log.info('the start is given up')
  await cutOffAfter(stopGraceMs, log, async () => {
    try {
      await (await starting).stop()
    } catch (error) {
      if (!isAbort(error)) log.warn(`the start failed too: ${messageOf(error)}`)
    }
  })
  process.exit(code)
}

const isAbort = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError'

const cutOffAfter = async (deadlineMs: number, log: Log, stop: () => Promise<void>): Promise<void> => {
  const deadline = setTimeout(() => {
    log.error(`stopping took longer than ${deadlineMs} ms: cut off; what was not committed is handled again`)
    process.exit(exitCodes.stopTimedOut)
  }, deadlineMs)
  await stop()
  clearTimeout(deadline)
}

/** A bug is found by its stack; everything else has a sentence to act on. */
const described = (error: unknown): object => {
  if (!(error instanceof Error)) return { message: String(error) }
  const { name, message, stack, cause } = error
  const known = error instanceof TroupeError ? error : undefined
  return {
    ...(known ? { code: known.code, retryable: known.retryable } : { name }),
    ...((known === undefined || known.code === 'BUG') && { stack }),
    message,
    ...(cause !== undefined && { cause: described(cause) }),
  }
}
