/**
 * A consumer process of a node, as it stands to its primary: it answers what the primary asks over node's channel, and
 * stops in order when the primary is gone.
 */

import cluster, { type Worker } from 'node:cluster'
import type { NodeRestart } from '../control/index.ts'
import type { Surroundings } from '../process/index.ts'
import type { ServeTelemetry, TelemetryServer } from '../telemetry/index.ts'
import { readToProcess, written, type ToPrimary, type ToProcess } from './messages.ts'
import { slotVariable } from './slot-variable.ts'

/** What a primary that is busy may take to answer. */
const restartAnswerMs = 5_000

class NodeMember implements Surroundings {
  readonly logFields: Readonly<Record<string, unknown>>
  readonly #worker: Worker
  #served: ServeTelemetry | undefined
  #restarting: PromiseWithResolvers<NodeRestart> | undefined

  constructor(worker: Worker) {
    this.#worker = worker
    this.logFields = { slot: Number(process.env[slotVariable]) }
    worker.on('message', (message: unknown) => {
      const question = readToProcess(message)
      if (question !== undefined) void this.#answer(question)
    })
    // A terminal that closes tells all its processes; what follows from it is the primary's to say.
    process.on('SIGHUP', () => undefined)
  }

  readonly serve = (served: ServeTelemetry): Promise<TelemetryServer> => {
    this.#served = served
    return Promise.resolve({ url: 'by its primary', close: () => Promise.resolve() })
  }

  running(): void {
    this.#tell({ kind: 'running' })
  }

  ending(reason: string): void {
    this.#tell({ kind: 'ending', reason })
  }

  causeFound(): void {
    this.#tell({ kind: 'cause-found' })
  }

  onAbandoned(stop: (why: string) => void): void {
    this.#worker.on('disconnect', () => {
      // Or node:cluster ends the process at once, with work in flight.
      this.#worker.exitedAfterDisconnect = true
      stop('its primary is gone')
    })
  }

  async restartNode(): Promise<NodeRestart> {
    const answered = (this.#restarting ??= Promise.withResolvers<NodeRestart>())
    const timer = setTimeout(() => answered.resolve('silent'), restartAnswerMs)
    this.#tell({ kind: 'restart' })
    const answer = await answered.promise
    clearTimeout(timer)
    this.#restarting = undefined
    return answer
  }

  async #answer(question: ToProcess): Promise<void> {
    switch (question.kind) {
      case 'look': {
        const { ask } = question
        const live = this.#served?.live() ?? { reasons: [] }
        const ready = this.#served?.ready() ?? []
        this.#tell({ kind: 'looked', ask, live, ready, rssBytes: process.memoryUsage.rss() })
        return
      }
      case 'metrics':
        this.#tell({
          kind: 'measured',
          ask: question.ask,
          text: (await this.#served?.metrics()) ?? '',
        })
        return
      case 'restarting':
        this.#restarting?.resolve(question.begun ? 'begun' : 'under-way')
        return
      default:
        question satisfies never
    }
  }

  #tell(message: ToPrimary): void {
    // Nobody is there to hear it once the primary is gone: `onAbandoned` sees to that.
    if (this.#worker.isConnected()) this.#worker.send(written(message), undefined, () => undefined)
  }
}

/** Undefined: this process is none of a node of several. */
export const nodeMember = (): Surroundings | undefined =>
  cluster.worker === undefined ? undefined : new NodeMember(cluster.worker)
