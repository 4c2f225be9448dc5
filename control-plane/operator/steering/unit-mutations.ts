/** pause, resume, resetOffsets: what is done to units. */

import { contains, selectionText, type OffsetTarget } from '../../../runtime/control/index.ts'
import { deletePauses, writePause } from '../../../runtime/store/index.ts'
import { InputError } from '../../read-model/input-error.ts'
import type { SteeringContext } from '../request-context.ts'
import type {
  MutationAuditArgs,
  MutationPauseArgs,
  MutationResetOffsetsArgs,
  MutationResolvers,
  MutationResumeArgs,
} from '../generated/resolver-types.ts'
import { membersOf, selectedUnits, selectionOf, unknownSelection } from './selection.ts'
import { steer, type Mutation } from './steer.ts'

const pause: Mutation<MutationPauseArgs> = {
  name: 'pause',
  needs: 'operator',
  plan: async (args, { picture: read, desk, keyName }) => {
    const picture = await read()
    const units = selectionOf(args)
    const unknown = unknownSelection(picture, units)
    if (unknown !== undefined) return { kind: 'refuse', message: unknown }
    const already = (await desk.pauses()).find((held) => contains(held, units))
    return {
      kind: 'command',
      touches: [
        ...(already === undefined ? [] : [`${selectionText(already)} is paused already, by ${already.by}`]),
        ...selectedUnits(picture, units).map(
          ({ text, lifecycle }) => `${text} stands still; it is ${lifecycle}`,
        ),
      ],
      command: { kind: 'pause', units },
      addressees: membersOf(picture, units.group).map(({ id }) => id),
      lasting: (sql) => writePause(sql, units, { by: keyName, reason: args.reason ?? '' }),
    }
  },
}

const resume: Mutation<MutationResumeArgs> = {
  name: 'resume',
  needs: 'operator',
  plan: async (args, { picture: read, desk }) => {
    const picture = await read()
    const units = selectionOf(args)
    const pauses = await desk.pauses()
    const lifted = pauses.filter((held) => contains(units, held))
    const wider = pauses.filter((held) => contains(held, units) && !contains(units, held))
    const selected = selectedUnits(picture, units)
    const quarantined = selected.filter(({ quarantine }) => quarantine !== null)
    if (lifted.length === 0 && quarantined.length === 0) {
      const held = wider[0]
      const why =
        held === undefined
          ? `${selectionText(units)} neither stands still nor is in quarantine.`
          : `It stands still by the pause of ${selectionText(held)}: resume that.`
      return { kind: 'refuse', message: why }
    }
    return {
      kind: 'command',
      touches: [
        ...lifted.map((held) => `the pause of ${selectionText(held)}, by ${held.by}, ends`),
        ...wider.map((held) => `the wider pause of ${selectionText(held)}, by ${held.by}, holds`),
        ...quarantined.map(({ text, quarantine }) => `${text} looks again: ${String(quarantine)}`),
      ],
      command: { kind: 'resume', units },
      addressees: membersOf(picture, units.group).map(({ id }) => id),
      lasting: (sql) => deletePauses(sql, units),
    }
  },
}

const resetOffsets: Mutation<MutationResetOffsetsArgs> = {
  name: 'resetOffsets',
  needs: 'operator',
  plan: async (args, { picture: read, keyName }) => {
    const picture = await read()
    const units = selectionOf(args)
    const to = targetOf(args)
    const unknown = unknownSelection(picture, units)
    if (unknown !== undefined) return { kind: 'refuse', message: unknown }
    const kept = picture.actors.filter(
      ({ group, name, effects }) =>
        group === units.group &&
        effects === 'postgres' &&
        (units.actor === undefined || units.actor === name),
    )
    if (kept.length === 0) {
      const message = `${selectionText(units)} keeps no effects in Postgres, and so has no units to reset: stop it, and move the group with Kafka's own tools.`
      return { kind: 'refuse', message }
    }
    const [carrier] = membersOf(picture, units.group).filter(({ state }) => state === 'RUNNING')
    if (carrier === undefined) {
      const message = `No process of group ${units.group} runs: one must, to ask Kafka where its logs begin and end.`
      return { kind: 'refuse', message }
    }
    const goal = targetText(to)
    const names = new Set(kept.map(({ name }) => name))
    return {
      kind: 'command',
      touches: selectedUnits(picture, units)
        .filter(({ text }) => names.has(text.slice(0, text.lastIndexOf(' '))))
        .map(({ text, frontier }) => `${text} goes from ${String(frontier ?? 'unknown')} to ${goal}`),
      command: {
        kind: 'reset-offsets',
        units,
        to,
        dedupe: args.dedupe === 'REPLAY' ? 'replay' : 'keep',
        by: keyName,
      },
      addressees: [carrier.id],
    }
  },
}

const audit: Mutation<MutationAuditArgs> = {
  name: 'audit',
  needs: 'operator',
  plan: async (args, { picture: read }) => {
    const picture = await read()
    const units = selectionOf(args)
    const unknown = unknownSelection(picture, units)
    if (unknown !== undefined) return { kind: 'refuse', message: unknown }
    const [carrier] = membersOf(picture, units.group).filter(({ state }) => state === 'RUNNING')
    if (carrier === undefined)
      return { kind: 'refuse', message: `No process of group ${units.group} runs: one must, to ask Kafka.` }
    return {
      kind: 'command',
      touches: [`${carrier.id} of ${carrier.nodeName} asks Postgres and Kafka; nothing is changed`],
      command: { kind: 'audit-group', units },
      addressees: [carrier.id],
    }
  },
}

const targetOf = ({ to, time, offset, partition }: MutationResetOffsetsArgs): OffsetTarget => {
  if ((to === 'TIME') !== time instanceof Date)
    throw new InputError('"time" goes with `to: TIME`, and with it alone')
  if ((to === 'OFFSET') !== (typeof offset === 'number'))
    throw new InputError('"offset" goes with `to: OFFSET`, and with it alone')
  if (to === 'OFFSET' && typeof partition !== 'number')
    throw new InputError('An offset is one of a partition: give "topic" and "partition" too')
  if (typeof offset === 'number' && offset < 0) throw new InputError('"offset" is 0 or more')
  if (time instanceof Date) return { kind: 'time', atMs: time.getTime() }
  if (typeof offset === 'number') return { kind: 'offset', offset }
  return to === 'EARLIEST' ? { kind: 'earliest' } : { kind: 'latest' }
}

const targetText = (to: OffsetTarget): string => {
  switch (to.kind) {
    case 'earliest':
      return 'where the log begins'
    case 'latest':
      return 'the end of the log'
    case 'time':
      return `the first record of ${new Date(to.atMs).toISOString()} or later`
    case 'offset':
      return String(to.offset)
    default:
      return to satisfies never
  }
}

export const unitMutations = {
  pause: (_, args, context: SteeringContext) => steer(pause, args, context),
  resume: (_, args, context: SteeringContext) => steer(resume, args, context),
  resetOffsets: (_, args, context: SteeringContext) => steer(resetOffsets, args, context),
  audit: (_, args, context: SteeringContext) => steer(audit, args, context),
} satisfies MutationResolvers
