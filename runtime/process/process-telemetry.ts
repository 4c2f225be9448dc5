/**
 * What others see of a process, from its first moment to its last: /livez, /readyz, /metrics, traces, and status
 * reports in Postgres. Only an address that can't be had stops a start; whatever else fails is told, and the process
 * works on.
 */

import type { Options } from '../config/index.ts'
import { alive, type Liveness, type ProcessKind, type StatusReport } from '../control/index.ts'
import { openStatusReports } from '../store/index.ts'
import {
  HealthChecks,
  noTelemetry,
  ProcessStatus,
  serveTelemetry,
  startTelemetry,
  type Log,
  type Telemetry,
  type TelemetryServer,
} from '../telemetry/index.ts'
import { troupeVersion } from '../system/version.ts'
import type { Running } from './running.ts'
import { StatusLoop } from './status-loop.ts'
import type { Surroundings } from './surroundings.ts'

export class ProcessTelemetry {
  readonly process: ProcessStatus
  readonly #log: Log
  readonly #options: Options
  #telemetry: Telemetry = noTelemetry
  #server: TelemetryServer | undefined
  #loop: StatusLoop | undefined
  #checks: HealthChecks | undefined
  #running: Running | undefined

  /** Throws CONFIG_INVALID where its port can't be had. `serve`: instead of a port of its own. */
  static async start(
    kind: ProcessKind,
    options: Options,
    log: Log,
    serve?: Surroundings['serve'],
  ): Promise<ProcessTelemetry> {
    const telemetry = new ProcessTelemetry(kind, options, log)
    // First of all: whoever looks after the process may look at once.
    if (serve !== undefined || options.telemetryEnabled) await telemetry.#serve(kind, serve)
    if (options.telemetryEnabled) await telemetry.#start(kind)
    return telemetry
  }

  private constructor(kind: ProcessKind, options: Options, log: Log) {
    this.#log = log
    this.#options = options
    this.process = new ProcessStatus({
      kind,
      node: options.nodeName,
      troupeVersion: troupeVersion(),
      intervalMs: options.statusIntervalMs,
    })
  }

  get telemetry(): Telemetry {
    return this.#telemetry
  }

  /** The start is through. */
  watch(running: Running): void {
    this.#running = running
    const { checks } = running
    if (this.#options.telemetryEnabled && checks !== undefined) {
      this.#checks = new HealthChecks(checks, { intervalMs: this.#options.healthIntervalMs })
      this.#checks.start()
    }
    this.process.enter('running')
  }

  /** The last report, what waits to be sent, then the port; two seconds at most. */
  async stop(): Promise<void> {
    this.process.enter('stopped')
    this.process.close()
    await Promise.all([this.#loop?.stop(), this.#telemetry.shutdown(), this.#checks?.close()])
    await this.#server?.close()
  }

  async #serve(kind: ProcessKind, serve = serveTelemetry): Promise<void> {
    this.#server = await serve({
      host: this.#options.telemetryHost,
      ...portOf(kind, this.#options),
      live: () => this.#live(),
      ready: () => this.#report().readiness,
      metrics: () => this.#telemetry.prometheus(),
    })
    this.#log.info('serving telemetry', { url: this.#server.url })
  }

  async #start(kind: ProcessKind): Promise<void> {
    const { databaseUrl: url } = this.#options
    this.process.watch()
    const { id, node, troupeVersion: version } = this.process.identity
    this.#telemetry = await startTelemetry({
      processKind: kind,
      node,
      processId: id,
      version,
      env: process.env,
      log: this.#log,
    })
    this.#telemetry.meters.observe(() => this.#report())
    const sink = openStatusReports({ url, applicationName: `troupe-${kind}` })
    this.#loop = new StatusLoop(sink, () => this.#report(), this.#log)
    this.#loop.start()
  }

  #report(): StatusReport {
    return this.#running?.status?.() ?? this.process.report({ readiness: this.#checks?.readiness() ?? [] })
  }

  #live(): Liveness {
    return this.#running?.live?.() ?? alive
  }
}

const portOf = (
  kind: ProcessKind,
  { telemetryPort, controlPlaneTelemetryPort, relayTelemetryPort }: Options,
): { readonly port: number; readonly portVariable: string } => {
  switch (kind) {
    case 'runtime':
      return { port: telemetryPort, portVariable: 'TELEMETRY_PORT' }
    case 'control-plane':
      return { port: controlPlaneTelemetryPort, portVariable: 'CONTROL_PLANE_TELEMETRY_PORT' }
    case 'relay':
      return { port: relayTelemetryPort, portVariable: 'RELAY_TELEMETRY_PORT' }
  }
}
