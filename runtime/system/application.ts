/** What this application is made of: its event types, where they go, and the actors that receive them. */

import { resolve } from 'node:path'
import { letterTopicsOf, type Options } from '../config/index.ts'
import type { ActorDefinition } from '../actor/index.ts'
import { retryTopicsOf } from '../delivery/index.ts'
import { messageOf, TroupeError } from '../errors.ts'
import { topicMapping, type TopicMapping } from '../routing/index.ts'
import type { Catalogue } from '../serde/index.ts'
import type { Registration } from '../control/index.ts'
import type { DiscoveredActor } from './discover-actors.ts'
import { longestDelayMs } from '../supervision/index.ts'
import { loadSchemas } from './load-schemas.ts'
import type { LoadedActor } from './loaded-actor.ts'
import { RegisteredActors } from './registration/registered-actors.ts'

export interface Application {
  readonly catalogue: Catalogue
  readonly mapping: TopicMapping
  readonly actors: readonly LoadedActor[]
  /** Those of registrations to come. */
  readonly registered: RegisteredActors
}

/** Throws ACTOR_NOT_LOADED, ACTOR_INVALID, SCHEMA_REFUSED or CONFIG_INVALID with what to mend. */
export const loadApplication = async (
  options: Options,
  registrations: readonly Registration[] = [],
): Promise<Application> => {
  const catalogue = await loadSchemas(resolve(options.schemasDir))
  const mapping = mappingFor(catalogue, options)
  const registered = new RegisteredActors(options.actorsDir, {
    loaded: (actor) => loaded(actor, mapping, options),
    check: (actors) => {
      checkGroups(actors)
      checkTransactional(actors)
      checkDeadLetters(actors, letterTopicsOf(options))
    },
  })
  const actors = await registered.load(registrations)
  return { catalogue, mapping, actors, registered }
}

const loaded = (
  { definition, url, file }: DiscoveredActor,
  mapping: TopicMapping,
  options: Options,
): LoadedActor => {
  try {
    const group = definition.group ?? options.kafkaGroupId
    const topics = new Set(Object.keys(definition.receives).flatMap((pattern) => mapping.topicsOf(pattern)))
    return {
      definition,
      url,
      group,
      topics: [...topics, ...retryTopicsFor(definition, group, [...topics])],
      lanes: definition.order === 'partition' || definition.effects === 'kafka' ? 1 : options.lanes,
    }
  } catch (error) {
    if (error instanceof TroupeError && error.code === 'ACTOR_INVALID') throw error
    throw new TroupeError(
      'ACTOR_INVALID',
      `${file}: actor '${definition.name}': ${messageOf(error)}. Remedy: put a schema of that domain into ` +
        'SCHEMAS_DIR, or name its topic with KAFKA_<DOMAIN>_TOPIC.',
      { cause: error },
    )
  }
}

/** Where its records wait, with `retry.mode: 'topic'`. Throws ACTOR_INVALID. */
const retryTopicsFor = (
  { name, retry }: ActorDefinition,
  group: string,
  topics: readonly string[],
): readonly string[] => {
  if (retry.mode !== 'topic') return []
  const names = topics.flatMap((topic) => retryTopicsOf(topic, group, longestDelayMs(retry)))
  const unfit = names.find((name) => !topicName.test(name))
  if (unfit === undefined) return names
  throw new TroupeError(
    'ACTOR_INVALID',
    `actor '${name}' has option retry.mode = 'topic', which needs topics named after its group, and ` +
      `${JSON.stringify(unfit)} is no name of a topic: give it a shorter group of A-Z, a-z, 0-9, '.', '_' and '-'`,
  )
}

/** Kafka's rule. */
const topicName = /^[A-Za-z0-9._-]{1,249}$/

/** Domains are those of the schemas, and those the environment names a topic for. */
export const mappingFor = (catalogue: Catalogue, options: Options): TopicMapping => {
  const ofSchemas = catalogue.names.map((name) => name.slice(0, name.indexOf('.')))
  const domains = new Set([...ofSchemas, ...Object.keys(options.domains)])
  return topicMapping(
    Object.fromEntries(
      [...domains].map((domain) => [
        domain,
        { partitions: options.kafkaPartitions, ...options.domains[domain] },
      ]),
    ),
    options.kafkaPrefix,
  )
}

/** group → its actors. */
export const byGroup = (actors: readonly LoadedActor[]): ReadonlyMap<string, readonly LoadedActor[]> =>
  Map.groupBy(actors, ({ group }) => group)

/** A group has one consumer, and so one place to start from. */
const checkGroups = (actors: readonly LoadedActor[]): void => {
  for (const [group, members] of byGroup(actors)) {
    const [first, ...rest] = members
    const other = rest.find(({ definition }) => definition.startFrom !== first?.definition.startFrom)
    if (first === undefined || other === undefined) continue
    throw new TroupeError(
      'ACTOR_INVALID',
      `actors '${first.definition.name}' and '${other.definition.name}' share the group ${group} but start from ` +
        `${first.definition.startFrom} and ${other.definition.startFrom}: give one of them a group of its own`,
    )
  }
}

/** An offset is committed with what its record became: that is one actor's to say. */
const checkTransactional = (actors: readonly LoadedActor[]): void => {
  for (const actor of actors.filter(({ definition }) => definition.effects === 'kafka')) {
    const other = actors.find(
      ({ definition, group, topics }) =>
        definition !== actor.definition &&
        group === actor.group &&
        topics.some((topic) => actor.topics.includes(topic)),
    )
    if (other === undefined) continue
    throw new TroupeError(
      'ACTOR_INVALID',
      `actor '${actor.definition.name}' has effects: 'kafka' and reads topics that '${other.definition.name}' reads in the ` +
        `same group, ${actor.group}: give one of them a group of its own`,
    )
  }
}

/** Who receives from the dead letters would dead-letter them again, for ever. */
const checkDeadLetters = (actors: readonly LoadedActor[], letterTopics: readonly string[]): void => {
  const reader = actors.find(({ topics }) => topics.some((topic) => letterTopics.includes(topic)))
  if (reader === undefined) return
  const topic = letterTopics.find((each) => reader.topics.includes(each))
  throw new TroupeError(
    'CONFIG_INVALID',
    `KAFKA_DLQ_TOPIC or KAFKA_UNHANDLED_EXCEPTION_TOPIC is ${topic}, from which actor '${reader.definition.name}' receives: give dead letters a topic of their own`,
  )
}
