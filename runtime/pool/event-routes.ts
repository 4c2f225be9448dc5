/** From a record's name and schema id to how its actor reads it: worked out once for each pair. */

import { compilePatterns, type ReceivedType } from '../routing/index.ts'
import type { Receivables } from '../actor/index.ts'
import type { Decoder, DecoderCache } from '../serde/index.ts'

export type EventRoute =
  | { readonly kind: 'read'; readonly name: string; readonly decoder: Decoder }
  /** No pattern of the actor matches. */
  | { readonly kind: 'skip' }

const skip: EventRoute = { kind: 'skip' }

/** Names come from headers, that is from outside: their number is bounded. */
const mostNames = 10_000

export class EventRoutes {
  readonly #received: ReceivedType
  readonly #decoders: DecoderCache
  readonly #byWriter = new Map<number, EventRoute>()
  readonly #byName = new Map<string, Map<number, EventRoute>>()

  /** Throws ACTOR_INVALID. */
  constructor(receives: Receivables, decoders: DecoderCache) {
    this.#received = compilePatterns(receives)
    this.#decoders = decoders
  }

  isReceived(name: string): boolean {
    return this.#received(name) !== undefined
  }

  /** Of a record named by its writer's schema, which must be known. */
  byWriter(schemaId: number): EventRoute {
    let route = this.#byWriter.get(schemaId)
    if (route === undefined) {
      route = this.#route(this.#decoders.writerName(schemaId), schemaId)
      this.#byWriter.set(schemaId, route)
    }
    return route
  }

  /** Of a record whose header names it. */
  byName(name: string, schemaId: number): EventRoute {
    let routes = this.#byName.get(name)
    if (routes === undefined) {
      if (this.#byName.size >= mostNames) this.#byName.clear()
      routes = new Map<number, EventRoute>()
      this.#byName.set(name, routes)
    }
    let route = routes.get(schemaId)
    if (route === undefined) routes.set(schemaId, (route = this.#route(name, schemaId)))
    return route
  }

  #route(name: string, schemaId: number): EventRoute {
    const type = this.#received(name)
    if (type === undefined) return skip
    return { kind: 'read', name, decoder: this.#decoders.decoder(schemaId, type) }
  }
}
