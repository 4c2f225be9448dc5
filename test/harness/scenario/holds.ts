/** Holds processes of a trial whose actor is that of test/scenario/held-actors, where a test wants them to stand. */

import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { waitUntil } from '../wait-until.ts'

/** In `receive`; or within the transaction, between the effects and the COMMIT. */
type Place = 'receive' | 'commit'

export class Holds {
  readonly #folder: string

  /** `folder`: of the trial. */
  constructor(folder: string) {
    this.#folder = folder
  }

  /** Resolves when something of the process stands there. */
  async hold(place: Place, name: string): Promise<void> {
    const file = this.#file(place, name)
    writeFileSync(file, '')
    await waitUntil(`${name} is held in ${place}`, () => existsSync(`${file}.held`))
  }

  release(place: Place, name: string): void {
    rmSync(this.#file(place, name))
  }

  /** What was held has gone on. */
  async untilReleased(place: Place, name: string): Promise<void> {
    const file = `${this.#file(place, name)}.released`
    await waitUntil(`${name} goes on in ${place}`, () => existsSync(file))
  }

  #file(place: Place, name: string): string {
    return join(this.#folder, `${place}.${name}`)
  }
}
