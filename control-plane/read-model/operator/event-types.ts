/** Event types that actors read, with which versions of their schemas, as live processes tell. Pure. */

import type { ActorStatus } from '../../../runtime/control/index.ts'

export interface EventTypeView<A> {
  readonly name: string
  readonly readers: readonly EventReaderView<A>[]
}

export interface EventReaderView<A> {
  readonly actor: A
  /** null: a schema that is none of SCHEMAS_DIR. */
  readonly version: number | null
}

/** By name. */
export const eventTypesOf = <A extends Pick<ActorStatus, 'reads'>>(
  actors: readonly A[],
): readonly EventTypeView<A>[] => {
  const readings = actors.flatMap((actor) =>
    (actor.reads ?? []).map(({ name, version }) => ({ name, reader: { actor, version } })),
  )
  return [...Map.groupBy(readings, ({ name }) => name)]
    .map(([name, all]) => ({ name, readers: all.map(({ reader }) => reader) }))
    .sort((one, other) => (one.name < other.name ? -1 : 1))
}
