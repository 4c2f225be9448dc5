/**
 * The primary of a node: it forks consumer processes, starts again what ends, and answers for all of them. It has no
 * connection to Kafka, Postgres or the registry, so that little can happen to it.
 *
 *   SIGTERM, SIGINT   stop; a second one, a second later or more, hastens the stop
 *   SIGHUP            a new process in every slot, one after the other; of a terminal that closes: stop
 */

import { availableParallelism, hostname } from 'node:os'
import { resolveOptions } from '../config/index.ts'
import { alive } from '../control/index.ts'
import { messageOf, TroupeError } from '../errors.ts'
import { describedError, exitCodeOf, exitCodes, type ExitCode } from '../process/index.ts'
import { createLog, serveTelemetry, type Log, type TelemetryServer } from '../telemetry/index.ts'
import { nodeMetrics } from './node-metrics.ts'
import { NodeProcesses } from './node-processes.ts'
import { nodeReadiness } from './node-readiness.ts'
import { nodeSettings, type NodeSettings } from './node-settings.ts'

/** `entry`: the module that its processes run. `adjust`: for trials that can't wait as long as operators can. */
export const runPrimary = async (
  entry: string,
  adjust: (settings: NodeSettings) => NodeSettings = (settings) => settings,
): Promise<never> => {
  const options = resolveOptions({}, process.env)
  const log = createLog({ level: options.logLevel, base: { process: 'primary' } })
  const { promise: ending, resolve } = Promise.withResolvers<ExitCode>()
  const toldToEnd = new AbortController()
  const end = (code: ExitCode): void => {
    toldToEnd.abort()
    resolve(code)
  }
  let server: TelemetryServer | undefined
  try {
    const node = new NodeProcesses(adjust(nodeSettings(options, hostname(), availableParallelism())), {
      entry,
      log,
      random: Math.random,
      monotonicMs: () => performance.now(),
      onGiveUp: (code, reason) => {
        log.error(`stopping: ${reason}`, { error: describedError(errorOf(code, reason)) })
        end(code)
      },
    })
    obeySignals(node, log, end)
    if (options.telemetryEnabled) {
      server = await serveTelemetry({
        host: options.telemetryHost,
        port: options.telemetryPort,
        // Its processes are its own to look after: none of them is a reason to end all.
        live: () => alive,
        ready: () => nodeReadiness(node.slots.map(viewOf)),
        metrics: () => nodeMetrics(node.slots),
      })
      log.info('serving telemetry', { url: server.url })
    }
    if (!toldToEnd.signal.aborted) node.start()
    const code = await ending
    const worst = await node.stop()
    await server?.close()
    const exitCode = code === exitCodes.stopped ? worst : code
    log.info('stopped', { exitCode })
    process.exit(exitCode)
  } catch (error) {
    log.error(messageOf(error), { error: describedError(error) })
    process.exit(exitCodeOf(error, 'start'))
  }
}

const errorOf = (code: ExitCode, reason: string): TroupeError =>
  new TroupeError(code === exitCodes.misconfigured ? 'CONFIG_INVALID' : 'RESTARTS_USED_UP', reason)

/** A supervisor that signals all processes of a group, and one of them that hands its signal on, mean it once. */
const sameSignalMs = 1_000

const obeySignals = (node: NodeProcesses, log: Log, end: (code: ExitCode) => void): void => {
  let toldAtMs: number | undefined
  const stop = (signal: string): void => {
    toldAtMs ??= performance.now()
    if (node.stopping) {
      if (performance.now() - toldAtMs < sameSignalMs) return
      log.warn(`${signal} again: processes that are not through with their work are killed soon`)
      node.hasten()
      return
    }
    log.info(`stopping on ${signal}`)
    end(exitCodes.stopped)
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  process.on('SIGHUP', (signal) => {
    if (process.stdin.isTTY) stop(signal)
    else node.restart()
  })
  const bug = (error: unknown): void => {
    log.error(`stopping: ${messageOf(error)}`, {
      error: describedError(new TroupeError('BUG', messageOf(error), { cause: error })),
    })
    end(exitCodes.bug)
  }
  process.on('uncaughtException', bug)
  process.on('unhandledRejection', bug)
}

const viewOf = (slot: NodeProcesses['slots'][number]) => ({
  number: slot.number,
  state: slot.state,
  readiness: slot.latest?.ready,
  unansweredLooks: slot.process?.silent === true ? slot.process.unwellLooks : 0,
  lastEnd: slot.lastEnd,
})
