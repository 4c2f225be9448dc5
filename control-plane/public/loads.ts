/**
 * Askings for one kind of thing, gathered while the event loop turns once and answered by one query: a list below a list
 * costs a query, not one for each of its items. Nothing is kept: what is asked for later is read again.
 *
 * L1: what is gathered is one tenant's, and is asked as that tenant. Between tenants nothing is shared.
 * L2: a failure is everybody's who was gathered. So requests share only what no client can make fail: looking up ids.
 * L3: an asking that comes after its query was sent is not answered by it: it sees all that was committed before it came.
 */

interface Gathered<Key, Answer> {
  readonly keys: Key[]
  readonly answers: Promise<readonly Answer[]>
}

/** Of one query, so that it stays a quick one. */
const mostTogether = 1_000

export class Loads {
  readonly #open = new Map<string, Gathered<unknown, unknown>>()

  /** `all` answers the keys in their order. The same `what` has the same `all`. */
  async one<Key, Answer>(
    what: string,
    key: Key,
    all: (keys: readonly Key[]) => Promise<readonly Answer[]>,
  ): Promise<Answer> {
    const gathered = (this.#open.get(what) as Gathered<Key, Answer> | undefined) ?? this.#gather(what, all)
    const nth = gathered.keys.push(key) - 1
    if (gathered.keys.length === mostTogether) this.#end(what, gathered)
    return (await gathered.answers)[nth] as Answer
  }

  #gather<Key, Answer>(
    what: string,
    all: (keys: readonly Key[]) => Promise<readonly Answer[]>,
  ): Gathered<Key, Answer> {
    const keys: Key[] = []
    const turned = Promise.withResolvers<void>()
    setImmediate(turned.resolve)
    const answers = turned.promise.then(() => {
      this.#end(what, gathered)
      return all(keys)
    })
    const gathered: Gathered<Key, Answer> = { keys, answers }
    this.#open.set(what, gathered)
    return gathered
  }

  /** Who asks now begins another one. */
  #end(what: string, gathered: object): void {
    if (this.#open.get(what) === gathered) this.#open.delete(what)
  }
}

/** What requests of one tenant ask in the same turn is asked once, too. */
export class LoadsOfTenants {
  readonly #turning = new Map<string, Loads>()

  /** For now: who asks in a later turn gets other ones. */
  of(tenant: string): Loads {
    const known = this.#turning.get(tenant)
    if (known !== undefined) return known
    const loads = new Loads()
    this.#turning.set(tenant, loads)
    setImmediate(() => this.#turning.delete(tenant))
    return loads
  }
}
