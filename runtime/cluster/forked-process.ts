/**
 * One consumer process, as its primary sees it. It is asked how it fares once a look; one question is open at a time,
 * so that a process that is frozen is not found under a heap of them when it thaws.
 */

import cluster, { type Worker } from 'node:cluster'
import { exitCodes } from '../process/index.ts'
import type { ChildEnd } from '../supervision/index.ts'
import { readToPrimary, written, type Look, type ToPrimary, type ToProcess } from './messages.ts'

export interface ProcessNews {
  running(): void
  /** By itself, and why. */
  ending(reason: string): void
  causeFound(): void
  /** It wants all processes of the node replaced. False: they are being replaced already. */
  restartWanted(): boolean
  ended(end: ChildEnd): void
}

export class ForkedProcess {
  readonly #worker: Worker
  readonly #news: ProcessNews
  readonly #measuring = new Map<number, (text: string) => void>()
  #lastAsk = 0
  #openLook: number | undefined
  #latest: Look | undefined
  #unwellLooks = 0
  #silent = false

  /** `entry`: the module that it runs, without arguments. `env` is added to the primary's. */
  static start(entry: string, env: Readonly<Record<string, string>>, news: ProcessNews): ForkedProcess {
    cluster.setupPrimary({ exec: entry, args: [], serialization: 'json' })
    return new ForkedProcess(cluster.fork(env), news)
  }

  private constructor(worker: Worker, news: ProcessNews) {
    this.#worker = worker
    this.#news = news
    worker.on('message', (message: unknown) => {
      const told = readToPrimary(message)
      if (told !== undefined) this.#hear(told)
    })
    worker.on('error', (error) => {
      // One that could not be forked has no exit. Others are of the channel, and the exit tells what came of it.
      if (worker.process.pid !== undefined) return
      news.ending(`it could not be forked: ${error.message}`)
      news.ended({ kind: 'exit', code: exitCodes.bug })
    })
    worker.on('exit', (code: number | null, signal: string | null) => {
      for (const measured of this.#measuring.values()) measured('')
      news.ended(signal === null ? { kind: 'exit', code: code ?? exitCodes.bug } : { kind: 'signal', signal })
    })
  }

  get pid(): number {
    return this.#worker.process.pid ?? 0
  }

  /** Its last answer. */
  get latest(): Look | undefined {
    return this.#latest
  }

  /** Looks in a row that had no answer, or one that says it is not alive. Counted, not timed: a primary that was frozen itself blames nobody. */
  get unwellLooks(): number {
    return this.#unwellLooks
  }

  /** At the last look, the one before had no answer yet. */
  get silent(): boolean {
    return this.#silent
  }

  /** Asks how it fares; once an interval. */
  look(): void {
    this.#silent = this.#openLook !== undefined
    const isWell = !this.#silent && (this.#latest?.live.reasons.length ?? 0) === 0
    this.#unwellLooks = isWell ? 0 : this.#unwellLooks + 1
    this.#openLook ??= this.#ask('look')
  }

  /** Its metrics in Prometheus' text format; undefined: not in time. */
  async metrics(timeoutMs: number): Promise<string | undefined> {
    const { promise, resolve } = Promise.withResolvers<string | undefined>()
    const ask = this.#ask('metrics')
    this.#measuring.set(ask, resolve)
    const timer = setTimeout(resolve, timeoutMs, undefined)
    const text = await promise
    clearTimeout(timer)
    this.#measuring.delete(ask)
    return text === '' ? undefined : text
  }

  /** SIGKILL ends it also when it is frozen. */
  signal(signal: 'SIGTERM' | 'SIGKILL'): void {
    this.#worker.process.kill(signal)
  }

  #ask(kind: 'look' | 'metrics'): number {
    const ask = (this.#lastAsk += 1)
    this.#tell({ kind, ask })
    return ask
  }

  #tell(message: ToProcess): void {
    if (this.#worker.isConnected()) this.#worker.send(written(message), undefined, () => undefined)
  }

  #hear(told: ToPrimary): void {
    switch (told.kind) {
      case 'running':
        this.#news.running()
        return
      case 'ending':
        this.#news.ending(told.reason)
        return
      case 'cause-found':
        this.#news.causeFound()
        return
      case 'restart':
        this.#tell({ kind: 'restarting', begun: this.#news.restartWanted() })
        return
      case 'looked':
        if (told.ask !== this.#openLook) return
        this.#openLook = undefined
        this.#latest = { live: told.live, ready: told.ready, rssBytes: told.rssBytes }
        return
      case 'measured':
        this.#measuring.get(told.ask)?.(told.text)
        return
      default:
        told satisfies never
    }
  }
}
