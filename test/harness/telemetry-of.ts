/** Asks a process what it says over HTTP: /livez, /readyz and /metrics. */

import type { Readiness } from '../../runtime/control/index.ts'
import type { TroupeProcess } from './troupe-process.ts'

export interface Readyz {
  readonly status: number
  /** Names of what is missing, in the order of the checks. */
  readonly missing: readonly Readiness['name'][]
  reason(name: Readiness['name']): string
}

export class TelemetryOf {
  readonly #url: string

  /** As soon as it is served. */
  static async of(process: TroupeProcess): Promise<TelemetryOf> {
    const { url } = await process.says('serving telemetry')
    return new TelemetryOf(String(url))
  }

  private constructor(url: string) {
    this.#url = url
  }

  /** Its status, its reasons; 'silent' after `timeoutMs`. */
  async live(
    timeoutMs = 5_000,
  ): Promise<{ readonly status: number; readonly reasons: readonly string[] } | 'silent'> {
    try {
      const response = await this.#get('/livez', timeoutMs)
      const { reasons = [] } = (await response.json()) as { readonly reasons?: readonly string[] }
      return { status: response.status, reasons }
    } catch {
      return 'silent'
    }
  }

  async ready(): Promise<Readyz> {
    const response = await this.#get('/readyz')
    const { checks } = (await response.json()) as { readonly checks: readonly Readiness[] }
    return {
      status: response.status,
      missing: checks.filter(({ ready }) => !ready).map(({ name }) => name),
      reason: (wanted) => checks.find(({ name }) => name === wanted)?.reason ?? '',
    }
  }

  async metrics(): Promise<string> {
    return await (await this.#get('/metrics')).text()
  }

  #get(path: string, timeoutMs = 5_000): Promise<Response> {
    return fetch(this.#url + path, { signal: AbortSignal.timeout(timeoutMs) })
  }
}
