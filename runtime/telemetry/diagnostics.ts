/** What the SDK says of itself – a collector that is away, mostly – as lines of our log, each at most once a minute. */

import type { DiagLogger } from '@opentelemetry/api'
import { messageOf } from '../errors.ts'
import type { Log } from './log.ts'

const againAfterMs = 60_000
const mostRemembered = 100
const longestLine = 500

/** Errors become warnings: nothing of what telemetry can't do stops the work. */
export const diagnosticsTo = (log: Log, now: () => number = () => performance.now()): DiagLogger => {
  const said = new Map<string, number>()
  const warn = (message: string, ...rest: readonly unknown[]): void => {
    const line = [message, ...rest.map(messageOf)].join(' ').slice(0, longestLine)
    const before = said.get(line)
    if (before !== undefined && now() - before < againAfterMs) return
    if (said.size >= mostRemembered) said.clear()
    said.set(line, now())
    log.warn(`telemetry: ${line}`)
  }
  const drop = (): void => undefined
  return { error: warn, warn, info: drop, debug: drop, verbose: drop }
}
