/**
 * The commands of this process: heard of by NOTIFY, looked for now and then, carried out one after the other, answered.
 *
 * L1. What lasts (pauses, registrations, replays, drained nodes) is read at each look, whatever commands there are: so a process that was away, or began
 *     while something was decided, catches up.
 * L2. A command is carried out once: its answer is kept until Postgres has it, and it is not tried again meanwhile.
 */

import {
  readCommand,
  type CommandAnswer,
  type Pause,
  type Replay,
  type Registration,
  type WrittenCommand,
} from '../../control/index.ts'
import { messageOf, TroupeError } from '../../errors.ts'
import { Wake } from '../../relay/wake.ts'
import type { CommandBox } from '../../store/index.ts'
import { backoffMs, waitPolicy } from '../../supervision/index.ts'
import type { Log } from '../../telemetry/index.ts'
import type { CarryOut } from './carry-out.ts'

export interface Lasting {
  readonly pauses: readonly Pause[]
  readonly registrations: readonly Registration[]
  /** Those that run. */
  readonly replays: readonly Replay[]
  /** This node. */
  readonly isDrained: boolean
}

export interface CommandLoopPorts {
  readonly box: CommandBox
  readonly process: { readonly id: string; readonly node: string }
  readonly carryOut: CarryOut
  /** L1. */
  readonly lasting: (lasting: Lasting) => Promise<void>
  readonly log: Log
  /** 0 to 1. */
  random(): number
  fatal(error: TroupeError): void
}

/** How soon what nobody was notified of is seen. */
const pollMs = 2_000
/** A start waits for so long, and goes on without what lasts when Postgres is away. */
const firstLookMs = 5_000

export class CommandLoop {
  readonly #ports: CommandLoopPorts
  readonly #stopping = new AbortController()
  readonly #lookWake = new Wake()
  readonly #listenWake = new Wake()
  /** L2. */
  readonly #answers = new Map<number, CommandAnswer>()
  #loops: Promise<unknown> | undefined
  #troubles = 0

  constructor(ports: CommandLoopPorts) {
    this.#ports = ports
  }

  /** What lasts is known when this resolves, where Postgres answers in time. Before anything is consumed. */
  async firstLook(): Promise<void> {
    const enough = Promise.withResolvers<void>()
    const timer = setTimeout(enough.resolve, firstLookMs)
    await Promise.race([this.#asking(() => this.#readLasting()), enough.promise])
    clearTimeout(timer)
  }

  /** From now on commands are carried out. */
  start(): void {
    this.#loops = Promise.all([this.#lookLoop(), this.#listenLoop()]).catch((error: unknown) => {
      this.#ports.fatal(
        error instanceof TroupeError ? error : new TroupeError('BUG', messageOf(error), { cause: error }),
      )
    })
  }

  /** After the command under way. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#lookWake.wake()
    this.#listenWake.wake()
    await this.#loops
    await this.#ports.box.close()
  }

  async #lookLoop(): Promise<void> {
    while (!this.#isStopping()) {
      this.#lookWake.reset()
      await this.#asking(() => this.#look())
      await this.#lookWake.within(this.#troubles > 0 ? this.#retryMs() : pollMs)
    }
  }

  async #look(): Promise<void> {
    await this.#readLasting()
    for (const written of await this.#ports.box.waiting(this.#ports.process.id)) {
      if (this.#isStopping()) return
      await this.#obey(written)
    }
  }

  async #readLasting(): Promise<void> {
    const { box, lasting, process } = this.#ports
    await lasting({
      pauses: await box.pauses(),
      registrations: await box.registrations(),
      replays: await box.replays(),
      isDrained: await box.isDrained(process.node),
    })
  }

  async #obey(written: WrittenCommand): Promise<void> {
    const { id } = written
    const answer = this.#answers.get(id) ?? (await this.#answerTo(written))
    this.#answers.set(id, answer) // L2
    await this.#ports.box.answer(id, this.#ports.process, answer)
    this.#answers.delete(id)
  }

  async #answerTo(written: WrittenCommand): Promise<CommandAnswer> {
    const { log, carryOut } = this.#ports
    const about = { command: written.id, kind: written.kind }
    if (written.expired) {
      log.warn('a command came too late and was not carried out', about)
      return { state: 'expired', message: 'it was read too late, and nothing was done', details: [] }
    }
    const read = readCommand(written)
    if (read.kind === 'unreadable') {
      log.warn(`a command cannot be read: ${read.reason}`, about)
      return { state: 'refused', message: read.reason, details: [] }
    }
    const answer = await carryOut(read.command).catch(failed)
    log.info(`a command was carried out: ${answer.message}`, { ...about, state: answer.state })
    return answer
  }

  /** Without it commands wait for the poll interval. */
  async #listenLoop(): Promise<void> {
    const stopped = Promise.withResolvers<void>()
    this.#stopping.signal.addEventListener('abort', () => stopped.resolve(), { once: true })
    while (!this.#isStopping()) {
      this.#listenWake.reset()
      await this.#asking(async () => {
        const listener = await this.#ports.box.listen(() => this.#lookWake.wake())
        this.#lookWake.wake()
        await Promise.race([listener.ended, stopped.promise])
        await listener.close()
      })
      if (!this.#isStopping()) await this.#listenWake.within(this.#retryMs())
    }
  }

  /** Postgres that is away is told of when it goes and when it is back, and waited for. */
  async #asking(ask: () => Promise<void>): Promise<void> {
    try {
      await ask()
      if (this.#troubles > 0) this.#ports.log.info('commands of operators are heard again')
      this.#troubles = 0
    } catch (error) {
      if (!(error instanceof TroupeError) || error.code === 'BUG') throw error
      if (this.#troubles === 0 && !this.#isStopping())
        this.#ports.log.warn(`commands of operators are not heard: ${error.message}`)
      this.#troubles += 1
    }
  }

  #retryMs(): number {
    return backoffMs(waitPolicy, Math.max(1, this.#troubles), this.#ports.random())
  }

  #isStopping(): boolean {
    return this.#stopping.signal.aborted
  }
}

/** A bug in carrying out one command is its answer: the records of the process have nothing to do with it. */
const failed = (error: unknown): CommandAnswer => ({
  state: 'failed',
  message: error instanceof TroupeError ? error.message : `a bug: ${messageOf(error)}`,
  details: [],
})
