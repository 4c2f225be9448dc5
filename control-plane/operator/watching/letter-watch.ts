/** Dead letters for subscriptions: one look for new ones, then one search for each filter that somebody watches with. */

import type { DeadLetterFilter, DeadLetterIndex, DeadLetterSummary } from '../../../runtime/control/index.ts'
import type { Log } from '../../../runtime/telemetry/index.ts'
import { NewestQueue } from '../../hardening/newest-queue.ts'
import { InputError } from '../../read-model/input-error.ts'
import { lettersAbove, tailOfLetters } from '../../read-model/operator/arrivals.ts'
import type { Sql } from '../../read-model/sql.ts'
import { ArrivedLetters } from './arrived-letters.ts'
import { SharedPoll } from './shared-poll.ts'

const everyMs = 500
/** Of one look; the rest comes with the next. */
const mostNew = 500
/** Looked back at when the first one begins to watch. */
const tailLength = 2_000
/** Each is a search of its own. */
const mostFilters = 50
/** Of one slow client. */
const mostWaiting = 2_000

interface Watched {
  readonly filter: DeadLetterFilter
  readonly queues: Set<NewestQueue<DeadLetterSummary>>
}

export interface LetterWatchOptions {
  readonly sql: Sql
  readonly letters: Pick<DeadLetterIndex, 'search'>
  readonly log: Log
}

type FoundBy = ReadonlyMap<Watched, readonly DeadLetterSummary[]>

export class LetterWatch {
  readonly #options: LetterWatchOptions
  readonly #poll: SharedPoll<FoundBy>
  readonly #watched = new Map<string, Watched>()
  #arrived: ArrivedLetters | undefined

  constructor(options: LetterWatchOptions) {
    this.#options = options
    this.#poll = new SharedPoll({ read: () => this.#read(), everyMs, what: 'dead letters', log: options.log })
  }

  of(filter: DeadLetterFilter): AsyncIterableIterator<DeadLetterSummary> {
    const key = JSON.stringify(filter)
    const watched = this.#watched.get(key) ?? { filter, queues: new Set() }
    if (!this.#watched.has(key) && this.#watched.size >= mostFilters)
      throw new InputError(`Dead letters are watched with ${String(mostFilters)} filters already.`)
    // What came while nobody watched is not new.
    if (this.#watched.size === 0) this.#arrived = undefined
    this.#watched.set(key, watched)
    const queue = new NewestQueue<DeadLetterSummary>({
      most: mostWaiting,
      tooSlow: () =>
        new InputError('Too many dead letters wait for this subscription: it is read too slowly.'),
      onEnd: () => {
        stop()
        watched.queues.delete(queue)
        if (watched.queues.size === 0) this.#watched.delete(key)
      },
    })
    watched.queues.add(queue)
    const stop = this.#poll.watch((found) => {
      for (const letter of found.get(watched) ?? []) queue.put(String(letter.id), letter)
    })
    return queue
  }

  close(): void {
    this.#poll.close()
  }

  async #read(): Promise<FoundBy> {
    const { sql, letters } = this.#options
    if (this.#arrived === undefined) {
      const { latest, ids } = await tailOfLetters(sql, tailLength)
      this.#arrived = new ArrivedLetters()
      this.#arrived.begin(latest, ids)
      return new Map()
    }
    const arrived = this.#arrived
    const ids = await lettersAbove(sql, arrived.floor, arrived.known, mostNew)
    const found = new Map<Watched, readonly DeadLetterSummary[]>()
    if (ids.length > 0) {
      for (const watched of this.#watched.values())
        found.set(watched, await newOf(letters, watched.filter, ids))
    }
    arrived.add(ids, ids.length < mostNew, Date.now())
    return found
  }
}

/** In the order of their ids. */
const newOf = async (
  letters: Pick<DeadLetterIndex, 'search'>,
  filter: DeadLetterFilter,
  ids: readonly number[],
): Promise<readonly DeadLetterSummary[]> => {
  const wanted = filter.ids === undefined ? ids : ids.filter((id) => filter.ids?.includes(id))
  if (wanted.length === 0) return []
  const page = await letters.search({ ...filter, ids: wanted, limit: mostNew })
  return page.letters.toSorted((one, other) => one.id - other.id)
}
