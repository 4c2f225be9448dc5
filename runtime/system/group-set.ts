/**
 * The consumer groups of this process: one run for each group that its actors are of. Where the actors of a group change,
 * the run of that group ends in order and another one begins; the other groups go on.
 */

import { TroupeError } from '../errors.ts'
import { byGroup } from './application.ts'
import type { GroupRun } from './group-run.ts'
import type { LoadedActor } from './loaded-actor.ts'

export type StartGroup = (groupId: string, actors: readonly LoadedActor[]) => Promise<GroupRun>

export class GroupSet {
  readonly #startGroup: StartGroup
  readonly #runs = new Map<string, { readonly run: GroupRun; readonly sign: string }>()
  #actors: readonly LoadedActor[] = []
  #resting = false
  #changing: Promise<void> = Promise.resolve()
  #stopped = false

  constructor(startGroup: StartGroup) {
    this.#startGroup = startGroup
  }

  get runs(): readonly GroupRun[] {
    return [...this.#runs.values()].map(({ run }) => run)
  }

  /** Those that are wanted; a group that could not be begun has them, too. */
  get actors(): readonly LoadedActor[] {
    return this.#actors
  }

  /** Those of them that are to run here: all, or none while it rests. */
  get running(): readonly LoadedActor[] {
    return this.#resting ? [] : this.#actors
  }

  /**
   * Begins and ends what is needed for these to run, and nothing else. Asked again it goes on where it failed.
   * `resting`: none of them runs, for now.
   */
  change(actors: readonly LoadedActor[], resting = false): Promise<void> {
    const change = this.#changing.then(() => this.#change(actors, resting))
    this.#changing = change.catch(() => undefined)
    return change
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#changing
    await Promise.all(this.runs.map((run) => run.stop()))
  }

  async #change(actors: readonly LoadedActor[], resting: boolean): Promise<void> {
    if (this.#stopped) return
    this.#actors = actors
    this.#resting = resting
    const wanted = byGroup(this.running)
    const ending = [...this.#runs].filter(([group, { sign }]) => signOf(wanted.get(group) ?? []) !== sign)
    await Promise.all(
      ending.map(async ([group, { run }]) => {
        await run.stop()
        this.#runs.delete(group)
      }),
    )
    const beginning = [...wanted].filter(([group]) => !this.#runs.has(group))
    const begun = await Promise.allSettled(
      beginning.map(async ([group, members]) => {
        const run = await this.#startGroup(group, members)
        this.#runs.set(group, { run, sign: signOf(members) })
      }),
    )
    const failed = begun.find((each) => each.status === 'rejected')
    if (failed === undefined) return
    const reason: unknown = failed.reason
    throw reason instanceof Error ? reason : new TroupeError('BUG', String(reason))
  }
}

/** Another one for other actors, other modules, other options. */
const signOf = (actors: readonly LoadedActor[]): string =>
  JSON.stringify(
    actors.map(({ definition, url, lanes, topics, canary }) => [
      definition.name,
      url,
      lanes,
      topics,
      canary?.actor.url,
      canary?.partitions,
    ]),
  )
