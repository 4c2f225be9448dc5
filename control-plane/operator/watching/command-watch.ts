/** Commands for subscriptions: one read a look for all that are watched. */

import { NewestQueue } from '../../hardening/newest-queue.ts'
import { InputError } from '../../read-model/input-error.ts'
import type { CommandDesk, StoredCommand } from '../../../runtime/store/index.ts'
import type { Log } from '../../../runtime/telemetry/index.ts'
import { stateOf } from '../steering/command-words.ts'
import { SharedPoll } from './shared-poll.ts'

/** Answers come after some ten milliseconds. */
const everyMs = 250

/** What was asked for; undefined: there is none. */
type Found = ReadonlyMap<number, StoredCommand | undefined>

export class CommandWatch {
  readonly #poll: SharedPoll<Found>
  /** How many watch each. */
  readonly #ids = new Map<number, number>()

  constructor(desk: Pick<CommandDesk, 'commandsOf'>, log: Log) {
    this.#poll = new SharedPoll<Found>({
      read: async () => {
        const ids = [...this.#ids.keys()]
        const commands = await desk.commandsOf(ids)
        return new Map(ids.map((id, nth) => [id, commands[nth]]))
      },
      everyMs,
      what: 'commands',
      log,
    })
  }

  of(id: number): AsyncIterableIterator<StoredCommand> {
    let told = ''
    this.#ids.set(id, (this.#ids.get(id) ?? 0) + 1)
    const queue = new NewestQueue<StoredCommand>({
      most: 1,
      tooSlow: () => new InputError('This subscription is read too slowly.'),
      onEnd: () => {
        stop()
        const left = (this.#ids.get(id) ?? 1) - 1
        if (left === 0) this.#ids.delete(id)
        else this.#ids.set(id, left)
      },
    })
    const stop = this.#poll.watch((found) => {
      // It came to be watched while others were read.
      if (!found.has(id)) return
      const command = found.get(id)
      if (command === undefined) {
        queue.fail(new InputError(`There is no command ${String(id)}.`))
        return
      }
      const state = stateOf(command)
      const reading = `${state} ${String(command.answers.length)}`
      if (told !== reading) queue.put(String(id), command)
      told = reading
      if (state !== 'WAITING') queue.finish()
    })
    return queue
  }

  close(): void {
    this.#poll.close()
  }
}
