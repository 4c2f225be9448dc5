/** replayRange, pauseReplay, resumeReplay, stopReplay. */

import {
  replayTransitions,
  type LogPoint,
  type Replay,
  type ReplayState,
} from '../../../runtime/control/index.ts'
import { InputError } from '../../read-model/input-error.ts'
import type { SteeringContext } from '../request-context.ts'
import type { MutationReplayRangeArgs, MutationResolvers } from '../generated/resolver-types.ts'
import { changing } from './changing.ts'
import { membersOf, selectedUnits, selectionOf, unknownSelection } from './selection.ts'
import { steer, type Mutation } from './steer.ts'

const mostPerSecond = 1_000_000

const replayRange: Mutation<MutationReplayRangeArgs> = {
  name: 'replayRange',
  needs: 'operator',
  plan: async (args, { picture: read, keyName }) => {
    const selection = selectionOf(args)
    const { group, actor, topic, partition } = args
    const { from, to } = rangeOf(args)
    const ratePerS = args.ratePerSecond ?? 1_000
    if (!(ratePerS > 0 && ratePerS <= mostPerSecond))
      throw new InputError(`"ratePerSecond" is above 0 and at most ${mostPerSecond}`)
    const picture = await read()
    const unknown = unknownSelection(picture, selection)
    if (unknown !== undefined) return { kind: 'refuse', message: unknown }
    const effects = picture.actors.find((each) => each.group === group && each.name === actor)?.effects
    if (effects !== 'postgres') {
      const message = `${actor} keeps no effects in Postgres: what is done of a replay is known there alone.`
      return { kind: 'refuse', message }
    }
    const [carrier] = membersOf(picture, group).filter(({ state }) => state === 'RUNNING')
    if (carrier === undefined)
      return { kind: 'refuse', message: `No process of group ${group} runs: one must, to ask Kafka.` }
    const dedupe = args.dedupe === 'REPLAY' ? 'replay' : 'keep'
    const again = dedupe === 'replay' ? 'again, whether or not it was before' : 'unless it was before'
    const touches = selectedUnits(picture, selection).map(
      ({ text }) =>
        `${text} handles what is from ${pointText(from)} to before ${pointText(to)} ${again}, ${ratePerS} a second at most`,
    )
    return {
      kind: 'command',
      touches,
      command: {
        kind: 'replay-range',
        unit: { group, actor, topic, partition },
        ...{ from, to, dedupe, ratePerS, by: keyName },
      },
      addressees: [carrier.id],
    }
  },
}

const rangeOf = ({ fromOffset, fromTime, toOffset, toTime }: MutationReplayRangeArgs) => {
  const from = pointOf('from', fromOffset, fromTime)
  if (from === undefined) throw new InputError('Give "fromOffset" or "fromTime"')
  const to = pointOf('to', toOffset, toTime) ?? { kind: 'offset', offset: Number.MAX_SAFE_INTEGER }
  if (from.kind === 'offset' && to.kind === 'offset' && from.offset >= to.offset)
    throw new InputError('"toOffset" is behind "fromOffset"')
  if (from.kind === 'time' && to.kind === 'time' && from.atMs >= to.atMs)
    throw new InputError('"toTime" is after "fromTime"')
  return { from, to }
}

const pointOf = (
  name: string,
  offset: number | null | undefined,
  time: Date | null | undefined,
): LogPoint | undefined => {
  if (typeof offset === 'number' && time instanceof Date)
    throw new InputError(`Give "${name}Offset" or "${name}Time", not both`)
  if (time instanceof Date) return { kind: 'time', atMs: time.getTime() }
  if (typeof offset !== 'number') return undefined
  if (offset < 0) throw new InputError(`"${name}Offset" is 0 or more`)
  return { kind: 'offset', offset }
}

const pointText = (point: LogPoint): string => {
  if (point.kind === 'time') return new Date(point.atMs).toISOString()
  return point.offset === Number.MAX_SAFE_INTEGER ? 'where it stands' : `offset ${point.offset}`
}

const change = changing<ReplayState, Exclude<ReplayState, 'finished'>, Replay>({
  noun: 'replay',
  transitions: replayTransitions,
  find: ({ replays }, id) => replays.replay(id),
  change: ({ replays, keyName }, id, to) => replays.change(id, to, keyName),
  text: ({ unit, nextOffset, range }) =>
    ` of ${unit.actor} ${unit.topic}/${unit.partition}, at ${nextOffset} of ${range.from} to ${range.to}`,
})

const pauseReplay = change('pauseReplay', 'paused', 'is paused')
const resumeReplay = change('resumeReplay', 'running', 'goes on')
const stopReplay = change('stopReplay', 'stopped', 'ends here')

export const replayMutations = {
  replayRange: (_, args, context: SteeringContext) => steer(replayRange, args, context),
  pauseReplay: (_, args, context: SteeringContext) => steer(pauseReplay, args, context),
  resumeReplay: (_, args, context: SteeringContext) => steer(resumeReplay, args, context),
  stopReplay: (_, args, context: SteeringContext) => steer(stopReplay, args, context),
} satisfies MutationResolvers
