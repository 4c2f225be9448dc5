import type { Unit } from '../../delivery/index.ts'

/** As people are told of a unit. */
export const unitName = ({ actor, topic, partition }: Unit): string =>
  `${actor} ${topic}/${String(partition)}`
