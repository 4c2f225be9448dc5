/**
 * The actors that registrations ask for; without any, those of the whole folder.
 *
 * RA1. What a registration had loaded stays loaded until it is changed: that a file was changed under a running process
 *      must not slip in with somebody else's registration.
 * RA2. A canary that does not fit the version that runs has no partitions: their progress is one. Nor has one of an actor
 *      that does not run.
 * RA3. A shadow is not loaded here: what its module does while it is imported is its own process's affair. One that is not
 *      there stops nobody else.
 */

import { pathToFileURL } from 'node:url'
import { actorUrl } from '../../actor/actor-url.ts'
import { overridden, type DefinitionOverrides } from '../../actor/overridden.ts'
import {
  misfitOfVersions,
  registrationForm,
  type ActorOverrides,
  type Registration,
} from '../../control/index.ts'
import { messageOf, TroupeError } from '../../errors.ts'
import { checkNames, discoverActors, loadActor, type DiscoveredActor } from '../discover-actors.ts'
import { shapeOf, type LoadedActor, type Shadow } from '../loaded-actor.ts'
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

/** By module. */
type Shadows = ReadonlyMap<string, { readonly key: string; readonly shadow: Shadow }>

export class RegisteredActors {
  readonly #folder: string
  readonly #ports: RegisteredActorsPorts
  #kept: ReadonlyMap<string, Kept> = new Map()
  #shadows: Shadows = new Map()
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
    const shadows = await this.#loadShadows(registrations)
    const actors = enabled
      .map(({ actor }) => withCanary(actor, canaries))
      .map((actor) => withShadow(actor, registrations, shadows))
      .toSorted((a, b) => (a.definition.name < b.definition.name ? -1 : 1))
    this.#ports.check(actors)
    this.#kept = kept
    this.#shadows = shadows
    return actors
  }

  async #all(): Promise<readonly LoadedActor[]> {
    const actors = (await discoverActors(this.#folder)).map((actor) => this.#ports.loaded(actor))
    this.#ports.check(actors)
    return actors
  }

  async #loadShadows(registrations: readonly Registration[]): Promise<Shadows> {
    const shadows = new Map<string, { readonly key: string; readonly shadow: Shadow }>()
    for (const registration of registrations) {
      if (registration.state !== 'shadow') continue
      const { module, form, version, options, partitions } = registration
      const key = JSON.stringify([form, version, options, partitions])
      const known = this.#shadows.get(module)
      const shadow = known?.key === key ? known.shadow : await this.#shadowOf(registration) // RA1
      shadows.set(module, { key, shadow })
    }
    return shadows
  }

  /** RA3. */
  async #shadowOf({ module, form, version, options, partitions }: Registration): Promise<Shadow> {
    const missing = (reason: string): Shadow => ({
      kind: 'missing',
      version: `${module}@${version}`,
      partitions,
      reason,
    })
    if (form !== registrationForm)
      return missing(
        `it was registered in form ${String(form)}; this process reads ${String(registrationForm)}`,
      )
    try {
      const found = await moduleFile(this.#folder, module)
      const { version: now } = found
      const url = actorUrl(pathToFileURL(found.file).href, now, apart(options).own)
      return { kind: 'ready', version: `${module}@${now}`, partitions, url }
    } catch (error) {
      return missing(messageOf(error))
    }
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
    const { lanes, own } = apart(options)
    const url = actorUrl(pathToFileURL(found.file).href, found.version, own)
    const { definition, file } = await loadActor(found.file, url)
    const discovered = { definition: overridden(definition, own), url, file }
    const actor = { ...this.#ports.loaded(discovered), version: `${module}@${found.version}` }
    const isSerial = definition.order === 'partition'
    return { key, discovered, actor: lanes === undefined || isSerial ? actor : { ...actor, lanes } }
  }
}

/** Lanes are not the module's, but how its records are cut up. */
const apart = ({
  lanes,
  ...own
}: ActorOverrides): { readonly lanes: number | undefined; readonly own: DefinitionOverrides } => ({
  lanes,
  own,
})

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

const withShadow = (
  actor: LoadedActor,
  registrations: readonly Registration[],
  shadows: Shadows,
): LoadedActor => {
  const of = registrations.find(
    (each) => each.state === 'shadow' && each.actor === actor.definition.name && each.group === actor.group,
  )
  const shadow = of && shadows.get(of.module)?.shadow
  return shadow === undefined ? actor : { ...actor, shadow }
}
