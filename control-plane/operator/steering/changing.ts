/** A mutation that brings one thing into another state of its table: a redrive campaign, a replay. */

import { TroupeError } from '../../../runtime/errors.ts'
import type { SteeringContext } from '../request-context.ts'
import { idOf } from './letter-arguments.ts'
import type { Asking, Mutation } from './steer.ts'

export interface Changeable<State extends string, To extends State, Thing extends { readonly state: State }> {
  /** One of them. */
  readonly noun: string
  readonly transitions: Readonly<Record<State, readonly State[]>>
  readonly find: (context: SteeringContext, id: number) => Promise<Thing | undefined>
  /** By compare-and-set: throws TRANSITION_UNLISTED. */
  readonly change: (context: SteeringContext, id: number, to: To) => Promise<unknown>
  /** Goes on behind noun and id, up to what becomes of it. */
  readonly text: (thing: Thing) => string
}

interface ChangingArguments extends Asking {
  readonly id: string
}

/** `what`: what becomes of it, in the words of a sentence. */
export const changing =
  <State extends string, To extends State, Thing extends { readonly state: State }>({
    noun,
    transitions,
    find,
    change,
    text,
  }: Changeable<State, To, Thing>) =>
  (name: string, to: To, what: string): Mutation<ChangingArguments> => ({
    name,
    needs: 'operator',
    plan: async (args, context) => {
      const id = idOf(args.id)
      const found = await find(context, id)
      const named = `${noun} ${id}`
      const begun = `${noun.slice(0, 1).toUpperCase()}${named.slice(1)}`
      if (found === undefined) return { kind: 'refuse', message: `There is no ${named}.` }
      const { state } = found
      if (!transitions[state].includes(to))
        return { kind: 'refuse', message: `${begun} is ${state}, and cannot be ${to}.` }
      return {
        kind: 'act',
        touches: [`${named}${text(found)}, ${what}`],
        act: async () => {
          try {
            await change(context, id, to)
          } catch (error) {
            // It went on, or ended, in between.
            if (!(error instanceof TroupeError && error.code === 'TRANSITION_UNLISTED')) throw error
            return { outcome: 'refused', message: `${error.message}.` }
          }
          return { outcome: 'done', message: `${begun} ${what}.`, madeId: id }
        },
      }
    },
  })
