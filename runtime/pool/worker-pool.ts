/**
 * The one pool of worker threads of a process (piscina). It sends a task to the thread its affinity key belongs to,
 * moves buffers instead of copying them, and turns the death of a thread into WORKER_LOST for what it had in hand.
 *
 * P1. A task is never held back because its worker is busy: the thread's own queue orders what it is given.
 * P2. A thread that died is replaced; only the tasks it had in hand fail, and each is told what is known of the cause.
 * P3. No AbortSignal is passed to piscina: it kills the thread. Giving up work is DiscardTask.
 * P4. What may end its thread runs in one that nothing else shares meanwhile. There are as many of them as of the others,
 *     started when one is first needed.
 * P5. A thread in which a record holds still past its time limit is ended.
 */

import { queueOptionsSymbol } from 'piscina'
import type { ActorLog } from '../actor/context.ts'
import { messageOf, TroupeError } from '../errors.ts'
import { AffinityTable, type LivingWorker } from './affinity.ts'
import { errorOf } from './failure-data.ts'
import type { DiscardTask, StopTask, TaskResult, WorkerTask } from './messages.ts'
import { TasksInHand, type InHand } from './tasks-in-hand.ts'
import { lookEveryMs, ThreadWatch } from './thread-watch.ts'
import { startThreads, type Routing, type Threads, type ThreadsOptions } from './threads.ts'
import { threadOf } from './token.ts'
import { deathOf, lossOf, WorkerLost, type ThreadDeath } from './worker-death.ts'

export interface WorkerPoolOptions {
  /** The entry every thread loads; its default export takes a WorkerTask and answers by `handOver`. */
  readonly workerUrl: URL
  /** What the entry finds as `workerData`: plain data. */
  readonly settings: unknown
  /** Threads, all started at once. More than cores only helps handlers that block their thread. */
  readonly threads: number
  /**
   * The most that each thread's heap may hold, in MB; default what Node allows. Not a wall: many small objects end in ERR_WORKER_OUT_OF_MEMORY and
   * WORKER_LOST, but one growing array ends the whole process, and Buffers are not limited at all.
   */
  readonly heapMb?: number
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

/**
 * One lane has one task in flight, so this is a bound for the number of lanes a thread may hold and no throttle: the
 * credit of the partition actors is.
 */
const tasksPerWorker = 4_096

/** All tasks of a thread hear of its end in the same turn. */
const deathsRemembered = 32

/** Of a task that waited for one. */
const noThread = -1

/** Tasks are awaited before the pool is closed; what is left by then hangs. */
const defaultDeadlineMs = 5_000

export class WorkerPool {
  readonly #shared: Threads
  /** P4. */
  #apart: Threads | undefined
  readonly #affinities = new AffinityTable()
  readonly #inHand = new TasksInHand()
  readonly #watch = new ThreadWatch()
  readonly #looks: NodeJS.Timeout
  /** thread → why it is being ended (P5). */
  readonly #ended = new Map<number, string>()
  readonly #deaths = new Map<number, ThreadDeath>()
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
      clearInterval(pool.#looks)
      await pool.#destroy()
      throw error
    }
  }

  private constructor(options: WorkerPoolOptions) {
    this.#options = options
    this.#shared = this.#start(options.threads, tasksPerWorker, (routing, living) =>
      this.#sharedFor(routing, living),
    )
    let lookedAt = performance.now()
    this.#looks = setInterval(() => {
      const now = performance.now()
      this.#endStuck(now - lookedAt)
      lookedAt = now
    }, lookEveryMs)
    this.#looks.unref()
  }

  #start(count: number, tasksPerThread: number, choose: ThreadsOptions['choose']): Threads {
    const { log, onWorkerLost } = this.#options
    return startThreads({
      ...this.#options,
      count,
      tasksPerThread,
      choose,
      onLog: ({ level, message, fields }) => {
        log[level](message, fields)
      },
      onDeath: () => {
        if (this.#state === 'open') onWorkerLost?.()
      },
      onIdleDeath: (error, threads) => {
        this.#diedIdle(error, threads, count)
      },
    })
  }

  /**
   * Sends the task to the worker of its affinity key; a resumed one to the worker that keeps it. Buffers in it are
   * detached here. Throws WORKER_LOST when the thread died with the task in hand, POOL_CLOSED after `close`.
   */
  async run(task: WorkerTask, affinity: string): Promise<TaskResult> {
    if (this.#state === 'closed' || (this.#state === 'closing' && task.kind !== 'resume')) throw poolClosed()
    const inHand = this.#inHandOf(task)
    const routing = task.kind === 'resume' ? { affinity, thread: threadOf(task.token) } : { affinity }
    const threads = this.#threadsFor(task, routing)
    try {
      const result = await this.#post(threads, task, { ...routing, inHand })
      if (inHand !== undefined) this.#inHand.answered(inHand, result)
      if (result.kind === 'failed' && result.failure.code === 'WORKER_LOST')
        throw this.#lostBefore(errorOf(result.failure), routing, inHand)
      return result
    } catch (error) {
      if (inHand !== undefined) this.#inHand.lost(inHand)
      throw error
    }
  }

  /** Tells the workers that have something of the unit that it was given up; resolves when all of them know. */
  async discard(task: DiscardTask): Promise<void> {
    if (this.#state === 'closed') return
    const threads = this.#inHand.threadsOf(task)
    await this.#everyWorker(task, (threadId) => threads.has(threadId))
  }

  /** The affinity key is used no more. */
  forget(affinity: string): void {
    this.#affinities.forget(affinity)
  }

  get threads(): number {
    return this.#shared.threads.length
  }

  /** How busy each thread was since this was last asked. */
  utilization(): readonly WorkerUtilization[] {
    return this.#living.map(({ thread }) => {
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
    clearInterval(this.#looks)
    await this.#destroy()
  }

  async #finishAndStop(): Promise<void> {
    // Resuming may start a task again while the others are awaited.
    while (this.#running.size > 0) await Promise.allSettled([...this.#running])
    await this.#everyWorker({ kind: 'stop' }).catch(() => undefined) // a thread that died has nothing to close
  }

  async #everyWorker(
    task: WorkerTask & (DiscardTask | StopTask | { kind: 'hello' }),
    isMeant: (threadId: number) => boolean = () => true,
  ): Promise<void> {
    const meant = this.#living.filter(({ thread }) => isMeant(thread.threadId))
    await Promise.all(meant.map(({ of, thread: { threadId } }) => this.#post(of, task, { thread: threadId })))
  }

  get #living(): readonly { readonly of: Threads; readonly thread: Threads['threads'][number] }[] {
    return [this.#shared, ...(this.#apart ? [this.#apart] : [])].flatMap((of) =>
      of.threads.map((thread) => ({ of, thread })),
    )
  }

  #inHandOf(task: WorkerTask): InHand | undefined {
    if (task.kind === 'handle') return this.#inHand.given(task)
    return task.kind === 'resume' ? this.#inHand.resumed(task.token) : undefined
  }

  /** P4. */
  #threadsFor(task: WorkerTask, { thread }: Routing): Threads {
    if (task.kind === 'handle' && task.isAlone)
      return (this.#apart ??= this.#start(this.#options.threads, 1, (_, living) =>
        living.find(({ currentUsage }) => currentUsage === 0),
      ))
    const isApart = this.#apart?.threads.some(({ threadId }) => threadId === thread) ?? false
    return isApart && this.#apart ? this.#apart : this.#shared
  }

  async #post(threads: Threads, task: WorkerTask, routing: Routing): Promise<TaskResult> {
    const transferList = task.kind === 'handle' ? [task.batch] : []
    const message = { ...task, [queueOptionsSymbol]: routing }
    const answer = threads.run(message, { transferList })
    this.#running.add(answer)
    try {
      return await answer
    } catch (error) {
      // The entry answers failures as data, so what is thrown here is the thread's death, or a task that can't be sent.
      if (error instanceof Error && error.name === 'DataCloneError') throw error
      throw new WorkerLost(
        `the worker thread ended while it had a task in hand (${nameOf(task)}): ${messageOf(error)}`,
        lossOf(
          this.#deathOf(routing.inHand?.thread ?? routing.thread ?? noThread, error),
          routing.inHand?.memory,
        ),
        { cause: error },
      )
    } finally {
      this.#running.delete(answer)
    }
  }

  /** The thread that kept a conversation ended before it was resumed: nobody heard of it for this task then. */
  #lostBefore(error: Error, { thread = noThread }: Routing, inHand: InHand | undefined): Error {
    const death = this.#deaths.get(thread)
    return death ? new WorkerLost(error.message, lossOf(death, inHand?.memory), { cause: error }) : error
  }

  /** Looked at once, by the first of its tasks that hears of it: all that it had in hand is still there. */
  #deathOf(thread: number, error: unknown): ThreadDeath {
    const known = this.#deaths.get(thread)
    if (known !== undefined) return known
    const death = deathOf(thread, error, this.#inHand.memoriesOf(thread), this.#ended.get(thread))
    this.#ended.delete(thread)
    this.#deaths.set(thread, death)
    const [oldest] = this.#deaths.keys()
    if (this.#deaths.size > deathsRemembered && oldest !== undefined) this.#deaths.delete(oldest)
    return death
  }

  /** P5. */
  #endStuck(elapsedMs: number): void {
    for (const { thread: stuck, reason } of this.#watch.look(this.#inHand.watched(), elapsedMs)) {
      if (this.#ended.has(stuck)) continue
      this.#ended.set(stuck, reason)
      const living = this.#living.find(({ thread }) => thread.threadId === stuck)
      void living?.thread.terminate()
    }
  }

  #sharedFor<W extends LivingWorker>({ affinity }: Routing, living: readonly W[]): W | undefined {
    return affinity === undefined ? living[0] : this.#affinities.choose(affinity, living)
  }

  #diedIdle(error: unknown, threads: Threads, count: number): void {
    if (this.#state !== 'open') return
    const sentence = `a worker thread ended with no task in hand: ${messageOf(error)}`
    if (threads.threads.length >= count) {
      this.#options.log.error(sentence)
      return
    }
    // piscina starts no further thread once one failed while loading: tasks would wait for ever.
    this.#state = 'closed'
    clearInterval(this.#looks)
    void this.#destroy()
    this.#options.onFatal?.(
      new TroupeError('WORKER_LOST', `${sentence}; it can't be replaced because its entry no longer loads`, {
        cause: error,
      }),
    )
  }

  async #destroy(): Promise<void> {
    await Promise.all([this.#shared.destroy(), this.#apart?.destroy()])
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
