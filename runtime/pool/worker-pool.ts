/**
 * The one pool of worker threads of a process (piscina). It sends a task to the thread its affinity key belongs to,
 * moves buffers instead of copying them, and turns the death of a thread into WORKER_LOST for what it had in hand.
 *
 * P1. A task is never held back because its worker is busy: the thread's own queue orders what it is given.
 * P2. A thread that died is replaced; only the tasks it had in hand fail.
 * P3. No AbortSignal is passed to piscina: it kills the thread. Giving up work is DiscardTask.
 */

import { Piscina, queueOptionsSymbol } from 'piscina'
import type { ActorLog } from '../actor/context.ts'
import { messageOf, TroupeError } from '../errors.ts'
import { AffinityTable, type LivingWorker } from './affinity.ts'
import { errorOf } from './failure-data.ts'
import type { DiscardTask, LogMessage, StopTask, TaskResult, WorkerTask } from './messages.ts'
import { threadOf } from './token.ts'

export interface WorkerLimits {
  readonly maxOldGenerationSizeMb?: number
  readonly maxYoungGenerationSizeMb?: number
  readonly stackSizeMb?: number
}

export interface WorkerPoolOptions {
  /** The entry every thread loads; its default export takes a WorkerTask and answers by `handOver`. */
  readonly workerUrl: URL
  /** What the entry finds as `workerData`: plain data. */
  readonly settings: unknown
  /** Threads, all started at once. More than cores only helps handlers that block their thread. */
  readonly threads: number
  /**
   * Limits of each thread's heap; default none. Not a wall: many small objects end in ERR_WORKER_OUT_OF_MEMORY and
   * WORKER_LOST, but one growing array ends the whole process, and Buffers are not limited at all.
   */
  readonly limits?: WorkerLimits
  /** Where lines logged in workers go. */
  readonly log: ActorLog
  /** A thread died outside of `close`. It is being replaced. */
  readonly onWorkerLost?: () => void
  /** The pool can't replace a thread: its entry no longer loads. The process should stop. */
  readonly onFatal?: (error: TroupeError) => void
}

export interface WorkerUtilization {
  readonly threadId: number
  /** Share of the time since the last reading in which the thread's event loop was busy, 0 to 1. */
  readonly busy: number
}

interface Routing {
  readonly affinity?: string
  readonly thread?: number
}

/**
 * One lane has one task in flight, so this is a bound for the number of lanes a thread may hold and no throttle: the
 * credit of the partition actors is.
 */
const tasksPerWorker = 4_096

/** Tasks are awaited before the pool is closed; what is left by then hangs. */
const defaultDeadlineMs = 5_000

export class WorkerPool {
  readonly #piscina: Piscina<WorkerTask, TaskResult>
  readonly #affinities = new AffinityTable()
  readonly #running = new Set<Promise<unknown>>()
  readonly #options: WorkerPoolOptions
  readonly #lastUtilization = new WeakMap<object, ReturnType<typeof performance.eventLoopUtilization>>()
  #state: 'open' | 'closing' | 'closed' = 'open'

  /** Resolves when every thread has loaded its entry. Throws WORKER_LOST with the cause when one cannot. */
  static async start(options: WorkerPoolOptions): Promise<WorkerPool> {
    const pool = new WorkerPool(options)
    try {
      await pool.#everyWorker({ kind: 'hello' })
      return pool
    } catch (error) {
      pool.#state = 'closed'
      await pool.#piscina.destroy()
      throw error
    }
  }

  private constructor(options: WorkerPoolOptions) {
    this.#options = options
    this.#piscina = new Piscina<WorkerTask, TaskResult>({
      filename: options.workerUrl.href,
      minThreads: options.threads,
      maxThreads: options.threads,
      concurrentTasksPerWorker: tasksPerWorker,
      // Between tasks the other modes block the thread's event loop until the next task comes: the Postgres client's
      // timers and sockets, and promises a handler left behind, would stand still. With batches of a thousand records
      // the message they save is not seen.
      atomics: 'disabled',
      recordTiming: false,
      workerData: options.settings,
      loadBalancer: (task, workers) => this.#workerFor(task[queueOptionsSymbol], workers) ?? null,
      ...(options.limits && { resourceLimits: options.limits }),
    })
    this.#piscina.on('message', (message: LogMessage) => {
      this.#options.log[message.level](message.message, message.fields)
    })
    this.#piscina.on('workerDestroy', () => {
      if (this.#state === 'open') options.onWorkerLost?.()
    })
    // Only deaths without a task in hand come here; they have no promise to reject.
    this.#piscina.on('error', (error: unknown) => {
      this.#diedIdle(error)
    })
  }

  /**
   * Sends the task to the worker of its affinity key; a resumed one to the worker that keeps it. Buffers in it are
   * detached here. Throws WORKER_LOST when the thread died with the task in hand, POOL_CLOSED after `close`.
   */
  async run(task: WorkerTask, affinity: string): Promise<TaskResult> {
    if (this.#state === 'closed' || (this.#state === 'closing' && task.kind !== 'resume')) throw poolClosed()
    const routing = task.kind === 'resume' ? { affinity, thread: threadOf(task.token) } : { affinity }
    const result = await this.#post(task, routing)
    if (result.kind === 'failed' && result.failure.code === 'WORKER_LOST') throw errorOf(result.failure)
    return result
  }

  /** Tells every worker that the unit was given up; resolves when all of them know. */
  async discard(task: DiscardTask): Promise<void> {
    if (this.#state === 'closed') return
    await this.#everyWorker(task)
  }

  /** The affinity key is used no more. */
  forget(affinity: string): void {
    this.#affinities.forget(affinity)
  }

  get threads(): number {
    return this.#piscina.threads.length
  }

  /** How busy each thread was since this was last asked. */
  utilization(): readonly WorkerUtilization[] {
    return this.#piscina.threads.map((thread) => {
      const current = thread.performance.eventLoopUtilization()
      const last = this.#lastUtilization.get(thread)
      this.#lastUtilization.set(thread, current)
      const { utilization } = last ? thread.performance.eventLoopUtilization(current, last) : current
      // Two readings within the clock's grain, or a thread that has only begun, divide nothing by nothing.
      return { threadId: thread.threadId, busy: utilization > 0 ? Math.min(utilization, 1) : 0 }
    })
  }

  /**
   * Takes no new task, waits for those in hand up to the deadline, lets the workers close their connections, and ends
   * the threads. What was still in hand then fails with WORKER_LOST. Never longer than the deadline, plus the moment
   * a thread takes to end.
   */
  async close(deadlineMs = defaultDeadlineMs): Promise<void> {
    if (this.#state !== 'open') return
    this.#state = 'closing'
    let timer: NodeJS.Timeout | undefined
    const deadline = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, deadlineMs)
    })
    await Promise.race([this.#finishAndStop(), deadline])
    clearTimeout(timer)
    this.#state = 'closed'
    await this.#piscina.destroy()
  }

  async #finishAndStop(): Promise<void> {
    // Resuming may start a task again while the others are awaited.
    while (this.#running.size > 0) await Promise.allSettled([...this.#running])
    await this.#everyWorker({ kind: 'stop' }).catch(() => undefined) // a thread that died has nothing to close
  }

  async #everyWorker(task: WorkerTask & (DiscardTask | StopTask | { kind: 'hello' })): Promise<void> {
    await Promise.all(this.#piscina.threads.map(({ threadId }) => this.#post(task, { thread: threadId })))
  }

  async #post(task: WorkerTask, routing: Routing): Promise<TaskResult> {
    const transferList = task.kind === 'handle' ? [task.batch] : []
    const message = { ...task, [queueOptionsSymbol]: routing }
    const answer = this.#piscina.run(message, { transferList })
    this.#running.add(answer)
    try {
      return await answer
    } catch (error) {
      // The entry answers failures as data, so what is thrown here is the thread's death, or a task that can't be sent.
      if (error instanceof Error && error.name === 'DataCloneError') throw error
      throw new TroupeError(
        'WORKER_LOST',
        `the worker thread ended while it had a task in hand (${nameOf(task)}): ${messageOf(error)}`,
        { cause: error },
      )
    } finally {
      this.#running.delete(answer)
    }
  }

  #workerFor<W extends LivingWorker>(routing: Routing | null, living: readonly W[]): W | undefined {
    if (routing?.thread !== undefined) {
      const keeper = living.find(({ id }) => id === routing.thread)
      if (keeper) return keeper
    }
    return routing?.affinity === undefined ? living[0] : this.#affinities.choose(routing.affinity, living)
  }

  #diedIdle(error: unknown): void {
    if (this.#state !== 'open') return
    const sentence = `a worker thread ended with no task in hand: ${messageOf(error)}`
    if (this.#piscina.threads.length >= this.#options.threads) {
      this.#options.log.error(sentence)
      return
    }
    // piscina starts no further thread once one failed while loading: tasks would wait for ever.
    this.#state = 'closed'
    void this.#piscina.destroy()
    this.#options.onFatal?.(
      new TroupeError('WORKER_LOST', `${sentence}; it can't be replaced because its entry no longer loads`, {
        cause: error,
      }),
    )
  }
}

const poolClosed = (): TroupeError =>
  new TroupeError('POOL_CLOSED', 'the worker pool is closing and takes no new work')

const nameOf = (task: WorkerTask): string => {
  switch (task.kind) {
    case 'handle':
      return `${task.actor}, ${task.unit.topic}/${String(task.unit.partition)}, lane ${String(task.lane)}`
    case 'discard':
      return `discard ${task.unit.topic}/${String(task.unit.partition)}`
    case 'resume':
    case 'stop':
    case 'hello':
      return task.kind
    default:
      return task satisfies never
  }
}
