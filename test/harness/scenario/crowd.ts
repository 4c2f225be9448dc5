/**
 * Members of a group that come and go: one joins, or one of those that run is asked to leave, as a seed draws it. Nobody
 * waits for it to have joined or left before the next one does: rebalances meet each other.
 */

import { Random } from '../../../demo/random.ts'
import type { TroupeProcess } from '../troupe-process.ts'
import { waitUntil } from '../wait-until.ts'

export interface CrowdOptions {
  readonly seed: number
  /** How many may be there at once. */
  readonly most: number
  /** Who is there already, and may leave too. */
  readonly present: readonly TroupeProcess[]
  readonly launch: (name: string) => TroupeProcess
}

export class Crowd {
  joined = 0
  readonly left: TroupeProcess[] = []
  readonly #options: CrowdOptions
  readonly #random: Random
  #present: readonly TroupeProcess[]

  constructor(options: CrowdOptions) {
    this.#options = options
    this.#random = new Random(options.seed)
    this.#present = options.present
  }

  /** Anybody who runs may be asked to leave, as long as another one runs. */
  async change(): Promise<void> {
    const full = this.#present.length >= this.#options.most
    if (full) await waitUntil('two members run', () => this.#running().length >= 2)
    const running = this.#running()
    if (full || (running.length >= 2 && this.#random.chance(0.5))) this.#leave(this.#random.pick(running))
    else this.#join()
  }

  /** Those who were asked have left. */
  async untilLeft(): Promise<void> {
    await waitUntil('all who were asked to leave have ended', () => this.left.every(({ ended }) => ended))
  }

  #running(): readonly TroupeProcess[] {
    return this.#present.filter((member) => member.lines('running').length > 0)
  }

  #join(): void {
    this.joined += 1
    const name = `member-${String(this.joined)}`
    this.#present = [...this.#present, this.#options.launch(name)]
  }

  #leave(member: TroupeProcess): void {
    member.kill('SIGTERM')
    this.#present = this.#present.filter((other) => other !== member)
    this.left.push(member)
  }
}
