/** The commands of a runtime process, put together: where they come from, and what they reach of it. */

import type { Options } from '../../config/index.ts'
import type { ActorOverrides, CheckedModule, NodeRestart, Registration } from '../../control/index.ts'
import { TroupeError } from '../../errors.ts'
import { openAuditStore, openCommandBox, openProgressStore, openReplayStore } from '../../store/index.ts'
import type { Log } from '../../telemetry/index.ts'
import type { GroupRun } from '../group-run.ts'
import { Following, type Followed } from '../registration/following.ts'
import { auditGroupWith } from './audit-group.ts'
import { carryOutWith } from './carry-out.ts'
import { CommandLoop } from './command-loop.ts'
import { placesOf } from './group-places.ts'
import { ReplayBoard } from '../replays/replay-board.ts'
import { PauseBoard } from './pause-board.ts'
import { replayRangeWith } from './replay-range.ts'
import { resetOffsetsWith, type ResetPorts } from './reset-offsets.ts'

export interface ProcessCommandsPorts {
  readonly options: Options
  readonly process: { readonly id: string; readonly node: string }
  readonly groups: () => readonly GroupRun[]
  readonly checkModule: (module: string, options: ActorOverrides) => Promise<CheckedModule>
  readonly running: () => Promise<readonly CheckedModule[]>
  /** What is registered runs when it resolves, or nothing on a drained node. Throws with what stands in the way. */
  readonly follow: (wanted: Followed) => Promise<void>
  readonly restartNode: () => Promise<NodeRestart>
  readonly log: Log
  readonly fatal: (error: TroupeError) => void
}

export class ProcessCommands {
  readonly board = new PauseBoard()
  readonly replays = new ReplayBoard()
  readonly #following: Following
  readonly #loop: CommandLoop
  readonly #closeStores: () => Promise<unknown>
  #isDrained = false

  /** Opens no connection yet. */
  constructor(ports: ProcessCommandsPorts) {
    const { options, process, groups, checkModule, running, follow, restartNode, log, fatal } = ports
    const url = options.databaseUrl
    const store = openProgressStore({ url, maxConnections: 1, applicationName: 'troupe-commands' })
    const units = openAuditStore({ url, maxConnections: 1, applicationName: 'troupe-commands' })
    const replays = openReplayStore({ url, maxConnections: 1, applicationName: 'troupe-commands' })
    this.#closeStores = () => Promise.all([store.close(), units.close(), replays.close()])
    const places: ResetPorts['places'] = (group, at, timeMs) => {
      const run = groups().find(({ name }) => name === group)
      if (run === undefined)
        throw new TroupeError('KAFKA_UNAVAILABLE', `this process is no member of ${group} any more`)
      return placesOf((...question) => run.offsets(...question), at, timeMs)
    }
    this.#following = new Following(follow, log)
    this.#loop = new CommandLoop({
      box: openCommandBox({ url }),
      process,
      log,
      random: Math.random,
      fatal,
      lasting: async ({ pauses, registrations, replays: running, isDrained }) => {
        this.replays.set(running)
        if (this.board.set(pauses)) for (const { steering } of groups()) steering.obeyPauses()
        this.#isDrained = isDrained
        await this.#following.follow({ registrations, isDrained })
      },
      carryOut: carryOutWith({
        groups,
        auditGroup: auditGroupWith(units, options),
        checkModule,
        running,
        restartNode,
        notFollowed: () => this.#following.trouble,
        resetOffsets: resetOffsetsWith({
          store,
          units: async (group) => (await units.units(group)).map(({ unit }) => unit),
          places,
        }),
        replayRange: replayRangeWith({ places, store: replays }),
      }),
    })
  }

  /** As this process last read it. */
  get isDrained(): boolean {
    return this.#isDrained
  }

  /** Before groups start: what is paused is known then, and whether the node is drained. */
  async prepare(): Promise<void> {
    await this.#loop.firstLook()
  }

  /** `registrations`: those that run already. */
  start(registrations: readonly Registration[]): void {
    this.#following.begin({ registrations, isDrained: this.#isDrained })
    this.#loop.start()
  }

  async stop(): Promise<void> {
    await this.#loop.stop()
    await this.#closeStores()
  }
}
