/** Event types that actors read, with which versions of their schemas, as live processes tell. Pure. */

import type { ActorView } from './cluster-picture.ts'

export interface EventTypeView {
  readonly name: string
  readonly readers: readonly EventReaderView[]
}

export interface EventReaderView {
  readonly actor: ActorView
  /** null: a schema that is none of SCHEMAS_DIR. */
  readonly version: number | null
}

/** By name. */
export const eventTypesOf = (actors: readonly ActorView[]): readonly EventTypeView[] => {
  const readings = actors.flatMap((actor) =>
    (actor.reads ?? []).map(({ name, version }) => ({ name, reader: { actor, version } })),
  )
  return [...Map.groupBy(readings, ({ name }) => name)]
    .map(([name, all]) => ({ name, readers: all.map(({ reader }) => reader) }))
    .sort((one, other) => (one.name < other.name ? -1 : 1))
}
