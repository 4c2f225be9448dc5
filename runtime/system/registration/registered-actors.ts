/**
 * The actors that registrations ask for; without any, those of the whole folder.
 *
 * RA1. What a registration had loaded stays loaded until it is changed: that a file was changed under a running process
 *      must not slip in with somebody else's registration.
 * RA2. A canary that does not fit the version that runs has no partitions: their progress is one. Nor has one of an actor
 *      that does not run.
 */

import { pathToFileURL } from 'node:url'
import { actorUrl } from '../../actor/actor-url.ts'
import { overridden } from '../../actor/overridden.ts'
import { misfitOfVersions, registrationForm, type Registration } from '../../control/index.ts'
import { TroupeError } from '../../errors.ts'
import { checkNames, discoverActors, loadActor, type DiscoveredActor } from '../discover-actors.ts'
import { shapeOf, type LoadedActor } from '../loaded-actor.ts'
import { moduleFile } from './module-file.ts'

export interface RegisteredActorsPorts {
  /** Throws ACTOR_INVALID. */
  loaded(actor: DiscoveredActor): LoadedActor
  /** Of all that run together. Throws ACTOR_INVALID, CONFIG_INVALID. */
  check(actors: readonly LoadedActor[]): void
}

interface Kept {
  readonly key: string
  readonly discovered: DiscoveredActor
  readonly actor: LoadedActor
}

export class RegisteredActors {
  readonly #folder: string
  readonly #ports: RegisteredActorsPorts
  #kept: ReadonlyMap<string, Kept> = new Map()
  #wholeFolder: readonly LoadedActor[] | undefined

  constructor(folder: string, ports: RegisteredActorsPorts) {
    this.#folder = folder
    this.#ports = ports
  }

  /** By name. Throws ACTOR_NOT_LOADED, ACTOR_INVALID, CONFIG_INVALID: then nothing is changed. */
  async load(registrations: readonly Registration[]): Promise<readonly LoadedActor[]> {
    if (registrations.length === 0) return (this.#wholeFolder ??= await this.#all())
    const kept = new Map<string, Kept>()
    for (const registration of registrations) {
      const { module, state } = registration
      if (state === 'enabled' || state === 'canary') kept.set(module, await this.#one(registration))
    }
    const inState = (wanted: Registration['state']) =>
      registrations.flatMap(({ module, state, partitions }) => {
        const found = state === wanted ? kept.get(module) : undefined
        return found === undefined ? [] : [{ ...found, partitions }]
      })
    const enabled = inState('enabled')
    checkNames(enabled.map(({ discovered }) => discovered))
    const canaries = inState('canary')
    const actors = enabled
      .map(({ actor }) => withCanary(actor, canaries))
      .toSorted((a, b) => (a.definition.name < b.definition.name ? -1 : 1))
    this.#ports.check(actors)
    this.#kept = kept
    return actors
  }

  async #all(): Promise<readonly LoadedActor[]> {
    const actors = (await discoverActors(this.#folder)).map((actor) => this.#ports.loaded(actor))
    this.#ports.check(actors)
    return actors
  }

  async #one({ module, form, version, options }: Registration): Promise<Kept> {
    const key = JSON.stringify([form, version, options])
    const known = this.#kept.get(module)
    if (known?.key === key) return known // RA1
    if (form !== registrationForm)
      throw new TroupeError(
        'ACTOR_NOT_LOADED',
        `the module ${module} was registered in form ${String(form)}; this process reads ${String(registrationForm)}`,
      )
    const found = await moduleFile(this.#folder, module)
    const { lanes, ...own } = options
    const url = actorUrl(pathToFileURL(found.file).href, found.version, own)
    const { definition, file } = await loadActor(found.file, url)
    const discovered = { definition: overridden(definition, own), url, file }
    const actor = { ...this.#ports.loaded(discovered), version: `${module}@${found.version}` }
    const isSerial = definition.order === 'partition'
    return { key, discovered, actor: lanes === undefined || isSerial ? actor : { ...actor, lanes } }
  }
}

/** RA2. Lanes are the actor's: what is done in which of them is in the rows of its units. */
const withCanary = (
  actor: LoadedActor,
  canaries: readonly { readonly actor: LoadedActor; readonly partitions: readonly number[] }[],
): LoadedActor => {
  const fitting = canaries.find((each) => misfitOfVersions(shapeOf(actor), shapeOf(each.actor)) === undefined)
  if (fitting === undefined) return actor
  const { partitions } = fitting
  return { ...actor, canary: { actor: { ...fitting.actor, lanes: actor.lanes }, partitions } }
}
