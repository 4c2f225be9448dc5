/** Some threads of one kind (piscina): each is replaced when it dies, and a task goes where it is routed. */

import type { ResourceLimits } from 'node:worker_threads'

import { Piscina, queueOptionsSymbol } from 'piscina'
import type { LivingWorker } from './affinity.ts'
import type { LogMessage, TaskResult, WorkerTask } from './messages.ts'
import type { InHand } from './tasks-in-hand.ts'

export type Threads = Piscina<WorkerTask, TaskResult>

export interface Routing {
  readonly affinity?: string
  readonly thread?: number
  /** Told which thread it is. */
  readonly inHand?: InHand | undefined
}

/**
 * A thread that has filled its heap gets 16 MiB more to end in (kExtraHeapAllowance in Node's node_worker.cc). What its young
 * generation holds moves there at once, and where nobody says how large that may grow, it is too much: V8 ends the process.
 */
const heapOf = (heapMb: number): ResourceLimits => ({
  maxOldGenerationSizeMb: heapMb,
  maxYoungGenerationSizeMb: 48,
})

export interface ThreadsOptions {
  readonly workerUrl: URL
  readonly settings: unknown
  /** Undefined: what Node allows by itself. */
  readonly heapMb?: number
  readonly count: number
  readonly tasksPerThread: number
  /** Where a task goes that does not name its thread; undefined: it waits. */
  readonly choose: <W extends LivingWorker>(routing: Routing, living: readonly W[]) => W | undefined
  readonly onLog: (message: LogMessage) => void
  readonly onDeath: () => void
  /** Only deaths without a task in hand come here; they have no promise to reject. */
  readonly onIdleDeath: (error: unknown, threads: Threads) => void
}

/** All started at once. */
export const startThreads = (options: ThreadsOptions): Threads => {
  const threads: Threads = new Piscina<WorkerTask, TaskResult>({
    filename: options.workerUrl.href,
    minThreads: options.count,
    maxThreads: options.count,
    concurrentTasksPerWorker: options.tasksPerThread,
    // Between tasks the other modes block the thread's event loop until the next task comes: the Postgres client's
    // timers and sockets, and promises a handler left behind, would stand still. With batches of a thousand records
    // the message they save is not seen.
    atomics: 'disabled',
    recordTiming: false,
    workerData: options.settings,
    loadBalancer: (task, workers) => {
      const routing = task[queueOptionsSymbol] as Routing
      const chosen = workers.find(({ id }) => id === routing.thread) ?? options.choose(routing, workers)
      if (chosen !== undefined && routing.inHand !== undefined) routing.inHand.thread = chosen.id
      return chosen ?? null
    },
    ...(options.heapMb !== undefined && { resourceLimits: heapOf(options.heapMb) }),
  })
  threads.on('message', options.onLog)
  threads.on('workerDestroy', options.onDeath)
  threads.on('error', (error: unknown) => {
    options.onIdleDeath(error, threads)
  })
  return threads
}
