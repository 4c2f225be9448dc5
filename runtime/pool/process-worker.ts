/**
 * A worker that is a process of its own, without Kafka: what is given to it may end it, and nothing else ends with it.
 * Its own end is evidence against the record that was under way; one from outside is none (supervision/cautious-mode.ts).
 *
 * X1. One task at a time: nothing but its records can be under way.
 * X2. The process writes what it has under way to a file before it goes on: that survives however it ends.
 * X3. It is started with the first task, again after it ended, and is closed when it had nothing to do for a while.
 */

import { fork, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { setPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ActorLog } from '../actor/context.ts'
import type { Unit } from '../delivery/unit.ts'
import { failureOfChild, type ChildEnd } from '../supervision/index.ts'
import type { DiscardTask, HandleTask, TaskResult, WorkerTask } from './messages.ts'
import type { FromProcess, ToProcess } from './process-messages.ts'
import { lookEveryMs, ThreadWatch } from './thread-watch.ts'
import { threadOf } from './token.ts'
import { deathOf, lossOf, WorkerLost, type ThreadDeath } from './worker-death.ts'

export interface ProcessWorkerOptions {
  /** The module that it runs. */
  readonly entryUrl: URL
  /** Plain data. */
  readonly settings: unknown
  readonly log: ActorLog
  /** Others go before it for the processor. */
  readonly isBackground?: true
}

interface Awaited {
  readonly nth: number
  readonly memory: SharedArrayBuffer | undefined
  readonly answer: PromiseWithResolvers<TaskResult>
}

/** Stands for a thread in tokens and losses: above all that a process has. */
const firstThread = 2 ** 20
const idleMs = 10_000
const stopMs = 2_000

export class ProcessWorker {
  readonly #options: ProcessWorkerOptions
  #child: ChildProcess | undefined
  #thread = firstThread
  #folder: string | undefined
  #lastTask = 0
  /** X1. */
  #turn: Promise<unknown> = Promise.resolve()
  #awaited: Awaited | undefined
  #stuck: string | undefined
  #idle: NodeJS.Timeout | undefined
  #closed = false
  /** unit → the last epoch that was given up. */
  readonly #givenUp = new Map<string, number>()

  constructor(options: ProcessWorkerOptions) {
    this.#options = options
  }

  /** Does the token belong to a conversation that it keeps, or kept? */
  keeps(token: number): boolean {
    return threadOf(token) >= firstThread
  }

  /** Throws WORKER_LOST when it ended with the task in hand. */
  run(task: WorkerTask): Promise<TaskResult> {
    const result = this.#turn.then(() => this.#runNow(task))
    this.#turn = result.catch(() => undefined)
    return result
  }

  /** What waits for its turn is not begun, and what is in hand is told to end. */
  discard(task: DiscardTask): void {
    if (this.#child === undefined) return
    this.#givenUp.set(nameOf(task.unit), task.epoch)
    this.#send({ kind: 'task', nth: 0, task })
  }

  /** What is in hand is lost. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#end()
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true })
  }

  async #runNow(task: WorkerTask): Promise<TaskResult> {
    clearTimeout(this.#idle)
    if (task.kind === 'handle' && this.#isGivenUp(task)) return { kind: 'discarded' }
    // Nobody is suspect of what was kept by one that has ended.
    if (this.#closed || (task.kind === 'resume' && threadOf(task.token) !== this.#thread))
      throw this.#lost(this.#closedDeath, task, 1)
    this.#child ??= this.#fork()
    const memory = task.kind === 'handle' ? task.underWay : undefined
    const awaited: Awaited = { nth: (this.#lastTask += 1), memory, answer: Promise.withResolvers() }
    this.#awaited = awaited
    const looks = this.#watch(task, memory)
    this.#send({ kind: 'task', nth: awaited.nth, task: withoutMemory(task) })
    try {
      return await awaited.answer.promise
    } catch (error) {
      throw error instanceof Ended ? this.#lost(error.death, task) : error
    } finally {
      clearInterval(looks)
      this.#awaited = undefined
      this.#idle = setTimeout(() => void this.#end(), idleMs).unref()
    }
  }

  #fork(): ChildProcess {
    this.#thread += 1
    this.#stuck = undefined
    this.#folder ??= mkdtempSync(join(tmpdir(), 'troupe-'))
    const child = fork(fileURLToPath(this.#options.entryUrl), [], { serialization: 'advanced' })
    this.#child = child
    if (this.#options.isBackground) giveWay(child)
    child.on('message', (message) => {
      this.#hear(message as FromProcess)
    })
    child.on('error', (error) => {
      this.#options.log.error(`the process for suspect records: ${error.message}`, {})
      if (child.pid === undefined) this.#ended(child, { kind: 'exit', code: 1 })
    })
    child.on('exit', (code, signal) => {
      this.#ended(child, signal === null ? { kind: 'exit', code: code ?? 1 } : { kind: 'signal', signal })
    })
    const { settings } = this.#options
    this.#send({ kind: 'begin', settings, threadId: this.#thread, underWayFile: this.#file })
    return child
  }

  #isGivenUp({ unit, epoch }: HandleTask): boolean {
    return epoch <= (this.#givenUp.get(nameOf(unit)) ?? -1)
  }

  get #closedDeath(): ThreadDeath {
    return {
      thread: this.#thread,
      kind: 'worker-lost',
      reason: 'the process for suspect records was closed',
      suspects: new Map(),
    }
  }

  get #file(): string {
    return join(this.#folder ?? '', `under-way-${String(this.#thread)}`)
  }

  #send(message: ToProcess): void {
    // Its end is told by its exit.
    this.#child?.send(message, () => undefined)
  }

  #hear(message: FromProcess): void {
    if (message.kind === 'log') this.#options.log[message.level](message.message, message.fields)
    else if (message.nth === this.#awaited?.nth) this.#awaited.answer.resolve(message.result)
  }

  #ended(child: ChildProcess, end: ChildEnd): void {
    if (this.#child !== child) return
    this.#child = undefined
    const { memory, answer } = this.#awaited ?? {}
    answer?.reject(new Ended(this.#deathOf(end, memory)))
    rmSync(this.#file, { force: true })
  }

  #deathOf(end: ChildEnd, memory: SharedArrayBuffer | undefined): ThreadDeath {
    const how = end.kind === 'signal' ? end.signal : `exit code ${String(end.code)}`
    if (memory !== undefined) this.#copyFile(memory)
    const named = deathOf(this.#thread, undefined, memory ? [memory] : [], this.#stuck)
    if (this.#stuck !== undefined) return named
    if (failureOfChild(end) === undefined) {
      const reason = `the process that tries records after an unclean end was ended from outside with ${how}`
      return { ...named, kind: 'worker-lost', reason, suspects: new Map() }
    }
    const reason = `the record, tried in a process of its own, ended that process with ${how}`
    return { ...named, kind: 'process-abort', reason }
  }

  /** X2. */
  #copyFile(memory: SharedArrayBuffer): void {
    try {
      const file = readFileSync(this.#file).subarray(0, memory.byteLength)
      new Uint8Array(memory).set(file)
    } catch {
      // It has not begun to write.
    }
  }

  #watch(task: WorkerTask, memory: SharedArrayBuffer | undefined): NodeJS.Timeout | undefined {
    if (task.kind !== 'handle' || memory === undefined || task.timeLimitMs === undefined) return undefined
    const watched = [{ thread: this.#thread, timeLimitMs: task.timeLimitMs, memory }]
    const watch = new ThreadWatch()
    return setInterval(() => {
      this.#copyFile(memory)
      const [stuck] = watch.look(watched, lookEveryMs)
      if (stuck === undefined) return
      this.#stuck = stuck.reason
      this.#child?.kill('SIGKILL')
    }, lookEveryMs)
  }

  #lost(death: ThreadDeath, task: WorkerTask, suspectsInAll?: number): WorkerLost {
    const loss = lossOf(death, task.kind === 'handle' ? task.underWay : undefined)
    return new WorkerLost(death.reason, suspectsInAll === undefined ? loss : { ...loss, suspectsInAll })
  }

  async #end(): Promise<void> {
    clearTimeout(this.#idle)
    const child = this.#child
    if (child === undefined) return
    this.#child = undefined
    this.#awaited?.answer.reject(new Ended(this.#closedDeath))
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.send({ kind: 'task', nth: 0, task: { kind: 'stop' } } satisfies ToProcess, () => {
      if (child.connected) child.disconnect()
    })
    const deadline = setTimeout(() => child.kill('SIGKILL'), stopMs)
    await ended
    clearTimeout(deadline)
  }
}

const niceness = 10

const giveWay = ({ pid }: ChildProcess): void => {
  try {
    if (pid !== undefined) setPriority(pid, niceness)
  } catch {
    // It has ended already, or the platform knows no priorities.
  }
}

class Ended extends Error {
  readonly death: ThreadDeath

  constructor(death: ThreadDeath) {
    super(death.reason)
    this.death = death
  }
}

const nameOf = ({ group, actor, topic, partition }: Unit): string =>
  JSON.stringify([group, actor, topic, partition])

/** Shared memory does not reach another process. */
const withoutMemory = (task: WorkerTask): WorkerTask => {
  if (task.kind !== 'handle') return task
  const sent: WorkerTask & { underWay?: SharedArrayBuffer } = { ...task }
  delete sent.underWay
  return sent
}
