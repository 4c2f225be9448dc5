/** redrive, pauseRedrive, resumeRedrive, stopRedrive, discardDeadLetters. */

import { campaignTransitions, type Campaign, type CampaignState } from '../../../runtime/control/index.ts'
import { InputError } from '../../read-model/input-error.ts'
import type {
  MutationDiscardDeadLettersArgs,
  MutationRedriveArgs,
  MutationResolvers,
} from '../generated/resolver-types.ts'
import { changing } from './changing.ts'
import { filterOf, idsOf } from './letter-arguments.ts'
import { steer, type Mutation } from './steer.ts'

const most = { ratePerSecond: 100_000, redrives: 1_000 }

const redrive: Mutation<MutationRedriveArgs> = {
  name: 'redrive',
  needs: 'operator',
  plan: async (args, { redrives, keyName }) => {
    const filter = filterOf(args.filter)
    const ratePerS = args.ratePerSecond ?? 100
    const maxRedrives = args.maxRedrives ?? 3
    if (!(ratePerS > 0 && ratePerS <= most.ratePerSecond))
      throw new InputError(`"ratePerSecond" is above 0 and at most ${most.ratePerSecond}`)
    if (maxRedrives < 1 || maxRedrives > most.redrives)
      throw new InputError(`"maxRedrives" is 1 to ${most.redrives}`)
    const { letters, guarded, settled, byActorAndError } = await redrives.preview(filter, maxRedrives)
    if (letters === guarded) {
      const message =
        letters === 0
          ? 'No dead letter is found by this filter.'
          : `All ${letters} letters were redriven ${maxRedrives} times or more.`
      return { kind: 'refuse', message }
    }
    return {
      kind: 'act',
      touches: [
        ...byActorAndError.map(
          (row) => `${lettersText(row.letters)} of ${row.actor} in ${row.group}, ${row.errorClass}`,
        ),
        ...(guarded > 0 ? [`${guarded} of them stay: they were redriven too often`] : []),
        ...(settled > 0 ? [settledText(settled, letters - guarded)] : []),
      ],
      act: async () => {
        const { id } = await redrives.create({ filter, ratePerS, maxRedrives, by: keyName })
        const message =
          settled === 0
            ? `Campaign ${id} redrives ${lettersText(letters - guarded)}, ${ratePerS} a second.`
            : `Campaign ${id} redrives ${lettersText(letters - guarded - settled)}, ${ratePerS} a second, and discards ${settled}.`
        return { outcome: 'done', message, madeId: id }
      },
    }
  },
}

const lettersText = (letters: number): string => `${letters} ${letters === 1 ? 'letter' : 'letters'}`

/** What was refused stays refused: an actor that shall see it again is reset there, with `dedupe: REPLAY`. */
const settledText = (settled: number, of: number): string =>
  `${settled === of ? 'nothing is produced: ' : ''}${settled} of them ${settled === 1 ? 'is' : 'are'} discarded, not produced: ` +
  `what ${settled === 1 ? 'it is' : 'they are'} about was rejected by the actor, or handled meanwhile (a reset with dedupe: REPLAY shows it to the actor again)`

const change = changing<CampaignState, CampaignState, Campaign>({
  noun: 'campaign',
  transitions: campaignTransitions,
  find: ({ redrives }, id) => redrives.campaign(id),
  change: ({ redrives, keyName }, id, to) => redrives.change(id, to, keyName),
  text: ({ redriven }) => `, which has redriven ${redriven} letters`,
})

const pauseRedrive = change('pauseRedrive', 'paused', 'is paused')
const resumeRedrive = change('resumeRedrive', 'running', 'goes on')
const stopRedrive = change('stopRedrive', 'cancelled', 'ends here')

const discardDeadLetters: Mutation<MutationDiscardDeadLettersArgs> = {
  name: 'discardDeadLetters',
  needs: 'operator',
  plan: async (args, { letters, keyName }) => {
    const ids = idsOf(args.ids)
    const found = await letters.search({ ids, state: 'dead', limit: ids.length })
    if (found.letters.length === 0)
      return { kind: 'refuse', message: 'None of them is a dead letter that waits.' }
    return {
      kind: 'act',
      touches: found.letters.map(
        ({ id, actor, topic, partition, offset, errorClass }) =>
          `letter ${id} of ${actor}, ${topic}/${partition}@${offset}, ${errorClass}`,
      ),
      act: async () => {
        const receipts = await letters.discard(ids, keyName, args.reason ?? '')
        return { outcome: 'done', message: `${receipts.length} of ${ids.length} letters are discarded.` }
      },
    }
  },
}

export const redriveMutations = {
  redrive: (_, args, context) => steer(redrive, args, context),
  pauseRedrive: (_, args, context) => steer(pauseRedrive, args, context),
  resumeRedrive: (_, args, context) => steer(resumeRedrive, args, context),
  stopRedrive: (_, args, context) => steer(stopRedrive, args, context),
  discardDeadLetters: (_, args, context) => steer(discardDeadLetters, args, context),
} satisfies MutationResolvers
