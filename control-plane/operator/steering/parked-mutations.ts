/**
 * releaseParkedKey, skipParkedKey: asked of the owner of the key's partition, which alone may touch it. What it answers is
 * waited for as long as the request's patience lasts; it comes later where nobody owns the partition now.
 */

import { setTimeout as delay } from 'node:timers/promises'

import { InputError } from '../../read-model/input-error.ts'
import { answerToParkedCommand } from '../../read-model/operator/parked-keys.ts'
import type {
  MutationReleaseParkedKeyArgs,
  MutationResolvers,
  MutationSkipParkedKeyArgs,
} from '../generated/resolver-types.ts'
import type { SteeringContext } from '../request-context.ts'
import { steer, type Acted, type Mutation, type Plan } from './steer.ts'

const lookEveryMs = 50

const release: Mutation<MutationReleaseParkedKeyArgs> = {
  name: 'releaseParkedKey',
  needs: 'operator',
  plan: (args, context) => asking('release', args, undefined, context),
}

const skip: Mutation<MutationSkipParkedKeyArgs> = {
  name: 'skipParkedKey',
  needs: 'operator',
  plan: (args, context) => asking('skip', args, args.offset, context),
}

const asking = async (
  kind: 'release' | 'skip',
  { group, actor, topic, partition, key }: MutationReleaseParkedKeyArgs,
  offset: number | undefined,
  context: SteeringContext,
): Promise<Plan> => {
  if (partition < 0) throw new InputError('"partition" is 0 or more')
  const unit = { group, actor, topic, partition }
  const [first, ...rest] = await context.parking.queue(unit, key)
  if (first === undefined)
    return { kind: 'refuse', message: `${actor} has no such parked key in ${topic}/${partition}.` }
  const { original, attempts } = first
  if (offset !== undefined && original.offset !== offset)
    return { kind: 'refuse', message: `The first record of this key is ${original.offset}, not ${offset}.` }
  const touched =
    kind === 'release'
      ? `${topic}/${partition}@${original.offset}, tried ${attempts} times, is tried now`
      : `${topic}/${partition}@${original.offset}, tried ${attempts} times, is left out`
  return {
    kind: 'act',
    touches: [touched, `${rest.length === 99 ? '99 or more' : rest.length} records wait behind it`],
    act: async () => {
      const id = await context.parking.ask({
        unit,
        parkingKey: key,
        kind,
        offset,
        by: context.keyName,
      })
      return answered(id, context)
    },
  }
}

const answered = async (id: number, { parking, sql, patienceEndsMs }: SteeringContext): Promise<Acted> => {
  for (;;) {
    await parking.answerIfUnparked(id)
    const answer = await answerToParkedCommand(sql, id)
    if (answer !== undefined)
      return { outcome: 'done', message: `The owner of the key answered: ${answer}.`, madeId: id }
    if (performance.now() >= patienceEndsMs) {
      const message =
        'The owner of the key has not answered yet; it is carried out when it does, and `parkedKeys` shows it.'
      return { outcome: 'begun', message, madeId: id }
    }
    await delay(lookEveryMs)
  }
}

export const parkedMutations = {
  releaseParkedKey: (_, args, context) => steer(release, args, context),
  skipParkedKey: (_, args, context) => steer(skip, args, context),
} satisfies MutationResolvers
