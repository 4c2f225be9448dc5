/** What a process stands in: by itself, or as one of several of a node (runtime/cluster). */

import type { NodeRestart } from '../control/index.ts'
import type { ServeTelemetry, TelemetryServer } from '../telemetry/index.ts'

export interface Surroundings {
  /** On each line of its log. */
  readonly logFields: Readonly<Record<string, unknown>>
  /** Where its health and its metrics are asked for, also with TELEMETRY_ENABLED=false; absent: at its own port. */
  readonly serve?: (served: ServeTelemetry) => Promise<TelemetryServer>
  /** The start is through. */
  running(): void
  /** It can't go on, and why. It ends soon. */
  ending(reason: string): void
  /** The record that ended its predecessor is known and set aside: that end is not to count against it. */
  causeFound(): void
  /** Whoever started it is gone: it is to stop in order. */
  onAbandoned(stop: (why: string) => void): void
  /** An operator wants all processes of its node replaced. Resolves when it is known who sees to it. */
  restartNode(): Promise<NodeRestart>
}

export const byItself: Surroundings = {
  logFields: {},
  running: () => undefined,
  ending: () => undefined,
  causeFound: () => undefined,
  onAbandoned: () => undefined,
  restartNode: () => Promise.resolve('alone'),
}
