/**
 * Askings for one thing by several fields of a request, gathered while the event loop turns once and answered by one
 * query: a list below a list costs a query, not one for each of its items. Nothing is kept: what is asked for later is
 * read again.
 */

interface Gathered<Key, Answer> {
  readonly keys: Key[]
  readonly answers: Promise<readonly Answer[]>
}

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
      this.#open.delete(what)
      return all(keys)
    })
    const gathered: Gathered<Key, Answer> = { keys, answers }
    this.#open.set(what, gathered)
    return gathered
  }
}
