/** What a node of several processes is run with. */

import type { Options } from '../config/index.ts'
import type { BackoffPolicy } from '../supervision/index.ts'
import { instanceIdOf, membershipOf, type Membership } from './membership.ts'
import type { RestartPolicy } from './restart-decision.ts'
import { slotVariable } from './slot-variable.ts'
import type { Slot } from './slot-lifecycle.ts'

export interface NodeSettings {
  readonly processes: number
  /** Added to the environment of the process of a slot. */
  readonly env: (slot: Slot) => Readonly<Record<string, string>>
  readonly membership: Membership
  readonly restarts: RestartPolicy
  readonly bounds: NodeBounds
  /** 0: none. */
  readonly memoryBytes: number
}

export interface NodeBounds {
  /** From being told to stop until SIGKILL. */
  readonly stopTimeoutMs: number
  /** Of a stop, how long dynamic members go one at a time; then the rest go together. */
  readonly oneByOneMs: number
  /** What is left to a process after a second signal. */
  readonly hastenedMs: number
  /** How often processes are asked how they fare. */
  readonly lookIntervalMs: number
  /** A process that does not answer for so long, or says that it is not alive, is killed. */
  readonly unwellMs: number
  /** In a rolling restart, how long a process may take to be ready. */
  readonly readyWithinMs: number
}

/** A process cuts itself off 5 s past its drain; one that can't has a second more. */
const beyondDrainMs = 6_000

const restartBackoff: BackoffPolicy = {
  backoff: 'exponential',
  firstDelayMs: 250,
  maxDelayMs: 30_000,
  jitter: 'half',
}

export const nodeBounds = ({ drainTimeoutMs }: Options): NodeBounds => ({
  stopTimeoutMs: drainTimeoutMs + beyondDrainMs,
  oneByOneMs: drainTimeoutMs / 2,
  hastenedMs: 5_000,
  lookIntervalMs: 1_000,
  unwellMs: 60_000,
  readyWithinMs: 120_000,
})

/** Throws CONFIG_INVALID where a process could not have its name in the groups. */
export const nodeSettings = (options: Options, hostName: string, cores: number): NodeSettings => {
  const { processes } = options
  const env = (slot: Slot): Readonly<Record<string, string>> => {
    const instanceId = instanceIdOf(options, hostName, slot)
    return {
      [slotVariable]: String(slot),
      ...(instanceId !== undefined && { KAFKA_GROUP_INSTANCE_ID: instanceId }),
      // One for each core, in each process, would be many more than cores.
      ...(options.workerThreads === 0 && {
        WORKER_THREADS: String(Math.max(1, Math.floor(cores / processes))),
      }),
    }
  }
  env(processes) // The longest name.
  return {
    processes,
    env,
    membership: membershipOf(options),
    restarts: {
      budget: { restarts: options.processRestarts, withinMs: options.processRestartWindowMs },
      backoff: restartBackoff,
      settledAfterMs: 60_000,
    },
    bounds: nodeBounds(options),
    memoryBytes: options.processMemoryBytes,
  }
}
