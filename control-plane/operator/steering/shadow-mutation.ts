/** shadowActor: a version of an actor sees what the version that runs has handled, and nothing of what it does is kept. */

import { writeRegistrations } from '../../../runtime/store/index.ts'
import type { MutationShadowActorArgs } from '../generated/resolver-types.ts'
import { candidateOf, optionsGiven, partitionsOf, shapeBeside, unitsAmong } from './candidate.ts'
import { moduleOf } from './module-checks.ts'
import { candidatesOf } from './registration-mutations.ts'
import type { Mutation } from './steer.ts'

export const shadowActor: Mutation<MutationShadowActorArgs> = {
  name: 'shadowActor',
  needs: 'admin',
  plan: async (args, context) => {
    const module = moduleOf(args)
    const partitions = args.partitions ? partitionsOf({ partitions: args.partitions }) : []
    const found = await candidateOf(module, optionsGiven(args), context)
    if (typeof found === 'string') return { kind: 'refuse', message: found }
    const { checked, options, current, registrations, adopted, processes } = found
    const { actor, group, version } = checked
    const shape = await shapeBeside(module, found, 'be a shadow', context)
    if (typeof shape === 'string') return { kind: 'refuse', message: shape }
    if (shape.sql === true)
      return {
        kind: 'refuse',
        message: `${module} cannot be a shadow: it has sql: true, and its statements would hold locks that the version that runs waits for.`,
      }
    const [other] = candidatesOf(registrations, actor, module, ['shadow'])
    if (other !== undefined)
      return { kind: 'refuse', message: `${other.module} is its shadow: promote it or roll it back first.` }
    const units = await unitsAmong(shape, partitions, context)
    if (typeof units === 'string') return { kind: 'refuse', message: units }
    const known = registrations.find((each) => each.module === module)
    const by = context.keyName
    return {
      kind: 'command',
      touches: [
        ...(partitions.length === 0
          ? [`${module} sees all that ${current.module} handles, and nothing of what it does is kept`]
          : units
              .filter(({ partition }) => partitions.includes(partition))
              .map(
                ({ topic, partition }) =>
                  `${topic}/${String(partition)} is seen by ${module}, and nothing of what it does is kept`,
              )),
        `each runtime process starts another one, beside it, for ${module}`,
        ...checked.lines,
        ...(known?.state === 'canary'
          ? [
              `${module} is no canary any more: partitions ${known.partitions.join(', ')} go back to ${current.module}`,
              `${group}: its members leave it in order and join it again`,
            ]
          : []),
      ],
      command: { kind: 'registrations', module },
      addressees: processes,
      lasting: async (sql) => {
        await writeRegistrations(sql, adopted, { keep: true })
        await writeRegistrations(sql, [
          { module, state: 'shadow', actor, group, version, options, partitions, by },
        ])
      },
    }
  },
}
