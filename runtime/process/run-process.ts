/**
 * The frame of every process of Troupe: options, log, telemetry, start, signals, exit code. It is looked after from
 * before its start until after its stop (ProcessTelemetry), and always ends when it is told to:
 * what hangs (librdkafka's disconnect can) is cut off at a hard deadline.
 */

import { messageOf, TroupeError } from '../errors.ts'
import type { Options } from '../config/index.ts'
import type { NodeRestart, ProcessKind } from '../control/index.ts'
import { createLog, type Log, type ProcessStatus, type Telemetry } from '../telemetry/index.ts'
import { exitCodeOf, exitCodes, type ExitCode } from './exit-code.ts'
import { ProcessTelemetry } from './process-telemetry.ts'
import { describedError } from './described-error.ts'
import type { Running } from './running.ts'
import { byItself, type Surroundings } from './surroundings.ts'

export interface ProcessPorts {
  readonly log: Log
  readonly telemetry: Telemetry
  /** Says `starting` where the start is, for whoever asks why it is not ready. */
  readonly process: ProcessStatus
  /** The process can't go on: it stops, with the exit code that belongs to the error. */
  readonly onFatal: (error: TroupeError) => void
  /** The record that ended the process before this one is known and set aside: its death does not use up the restart budget. */
  readonly onCauseFound: () => void
  /** An operator wants all processes of the node replaced. */
  readonly restartNode: () => Promise<NodeRestart>
  /** Aborted when the process is to end. A start that is under way then gives up, and takes back what it did. */
  readonly stopping: AbortSignal
}

/** What is added to the drain time-out before a stop is cut off; and how long a start may take to give up. */
const stopGraceMs = 5_000

/** Starts `start`, waits for SIGTERM, SIGINT or a fatal error, stops, and exits with a code of `exit-code.ts`. */
export const runProcess = async (
  kind: ProcessKind,
  resolve: (given: object, env: NodeJS.ProcessEnv) => Options,
  start: (options: Options, ports: ProcessPorts) => Promise<Running>,
  surroundings: Surroundings = byItself,
): Promise<never> => {
  const options = readOptions(kind, resolve)
  const log = createLog({ level: options.logLevel, base: { process: kind, ...surroundings.logFields } })
  const ending = untilEnd(log, surroundings)
  let watched: ProcessTelemetry | undefined
  try {
    watched = await ProcessTelemetry.start(kind, options, log, surroundings.serve)
    const { telemetry, process: status } = watched
    const ports = {
      log,
      telemetry,
      process: status,
      onFatal: ending.fatal,
      onCauseFound: () => surroundings.causeFound(),
      restartNode: () => surroundings.restartNode(),
      stopping: ending.signal,
    }
    const starting = start(options, ports)
    const running = (await Promise.race([starting, ending.promise.then(() => undefined)])) ?? undefined
    if (running === undefined) return await abandon(starting, await ending.promise, log, watched)
    watched.watch(running)
    log.info('running')
    surroundings.running()
    const code = await ending.promise
    status.enter('stopping')
    await cutOffAfter(options.drainTimeoutMs + stopGraceMs, log, () => running.stop())
    await watched.stop()
    process.exit(code)
  } catch (error) {
    log.error(messageOf(error), { error: describedError(error) })
    surroundings.ending(messageOf(error))
    await watched?.stop()
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

const untilEnd = (log: Log, surroundings: Surroundings) => {
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
  surroundings.onAbandoned((why) => {
    log.warn(`stopping: ${why}`)
    end(exitCodes.stopped)
  })
  const fatal = (error: TroupeError): void => {
    log.error(`stopping: ${error.message}`, { error: describedError(error) })
    surroundings.ending(error.message)
    end(exitCodeOf(error, 'run'))
  }
  const bug = (error: unknown): void => fatal(new TroupeError('BUG', messageOf(error), { cause: error }))
  process.on('uncaughtException', bug)
  process.on('unhandledRejection', bug)
  return { promise, fatal, signal: stopping.signal }
}

/** The end came before the start was through. */
const abandon = async (
  starting: Promise<Running>,
  code: ExitCode,
  log: Log,
  watched: ProcessTelemetry,
): Promise<never> => {
  log.info('the start is given up')
  watched.process.enter('stopping')
  await cutOffAfter(stopGraceMs, log, async () => {
    try {
      await (await starting).stop()
    } catch (error) {
      if (!isAbort(error)) log.warn(`the start failed too: ${messageOf(error)}`)
    }
  })
  await watched.stop()
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
