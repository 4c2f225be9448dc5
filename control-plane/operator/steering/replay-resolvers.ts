/** Replays as the operators' API shows them. */

import type { QueryResolvers, ReplayResolvers, ReplayState } from '../generated/resolver-types.ts'
import { idOf } from './letter-arguments.ts'

export const replayQueries = {
  replays: (_, { group }, { replays }) => replays.replays(group ?? undefined),
  replay: (_, { id }, { replays }) => replays.replay(idOf(id)),
} satisfies QueryResolvers

const Replay: ReplayResolvers = {
  id: ({ id }) => String(id),
  state: ({ state }) => state.toUpperCase() as ReplayState,
  trouble: ({ trouble }) => (trouble === '' ? null : trouble),
  groupName: ({ unit }) => unit.group,
  actor: ({ unit }) => unit.actor,
  topic: ({ unit }) => unit.topic,
  partition: ({ unit }) => unit.partition,
  fromOffset: ({ range }) => range.from,
  toOffset: ({ range }) => range.to,
  dedupe: ({ dedupe }) => (dedupe === 'replay' ? 'REPLAY' : 'KEEP'),
  ratePerSecond: ({ ratePerS }) => ratePerS,
  createdAt: ({ createdAtMs }) => new Date(createdAtMs),
  finishedAt: ({ finishedAtMs }) => (finishedAtMs === undefined ? null : new Date(finishedAtMs)),
}

export const replayTypes = { Replay }
