/** Actor modules of this thread: imported once by URL, their patterns compiled once. */

import { isActorDefinition, type ActorDefinition } from '../actor/index.ts'
import { overridden } from '../actor/overridden.ts'
import { overridesOf } from '../actor/actor-url.ts'
import { messageOf, TroupeError } from '../errors.ts'
import type { DecoderCache } from '../serde/index.ts'
import { EventRoutes } from './event-routes.ts'

export interface LoadedActor {
  readonly definition: ActorDefinition
  readonly routes: EventRoutes
}

/** Answers a module's exports. */
export type LoadModule = (url: string) => Promise<unknown>

export class LoadedActors {
  readonly #load: LoadModule
  readonly #decoders: DecoderCache
  readonly #actors = new Map<string, Promise<LoadedActor>>()

  constructor(load: LoadModule, decoders: DecoderCache) {
    this.#load = load
    this.#decoders = decoders
  }

  /** The actor of this name among the module's exports. Throws ACTOR_NOT_LOADED. */
  get(url: string, name: string): Promise<LoadedActor> {
    const place = `${name} ${url}`
    let actor = this.#actors.get(place)
    if (actor === undefined) {
      actor = this.#find(url, name)
      this.#actors.set(place, actor)
      // A failure is not kept: whoever asks again gets a new answer.
      actor.catch(() => this.#actors.delete(place))
    }
    return actor
  }

  async #find(url: string, name: string): Promise<LoadedActor> {
    let exported: unknown
    try {
      exported = await this.#load(url)
    } catch (error) {
      throw new TroupeError(
        'ACTOR_NOT_LOADED',
        `the module ${url} of actor '${name}' can't be imported: ${messageOf(error)}`,
        {
          cause: error,
        },
      )
    }
    const actors = Object.values(exported ?? {}).filter(isActorDefinition)
    const written = actors.find((actor) => actor.name === name)
    if (written === undefined) {
      const found = actors.length === 0 ? 'no actor' : actors.map((actor) => `'${actor.name}'`).join(', ')
      throw new TroupeError(
        'ACTOR_NOT_LOADED',
        `the module ${url} exports ${found}, but not '${name}': export what defineActor answers`,
      )
    }
    const overrides = overridesOf(url)
    const definition = Object.keys(overrides).length > 0 ? overridden(written, overrides) : written
    return { definition, routes: new EventRoutes(definition.receives, this.#decoders) }
  }
}
