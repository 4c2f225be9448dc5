/** The shadows of this process, by the actor whose they are. */

import { messageOf } from '../../errors.ts'
import type { ShadowStatus } from '../../control/index.ts'
import type { Unit } from '../../delivery/index.ts'
import type { LoadedActor, Shadow } from '../loaded-actor.ts'
import { ShadowRun, type ShadowPorts } from './shadow-run.ts'

type ActorOfGroup = Pick<Unit, 'group' | 'actor'>

export class ShadowSet {
  readonly #ports: ShadowPorts
  readonly #runs = new Map<string, { readonly run: ShadowRun; readonly sign: string }>()
  readonly #ending = new Set<Promise<void>>()
  #stopped = false

  constructor(ports: ShadowPorts) {
    this.#ports = ports
  }

  /** Those of these actors, and no others. One that is as it was goes on. */
  change(actors: readonly LoadedActor[]): void {
    if (this.#stopped) return
    const wanted = new Map(
      actors.flatMap(({ group, definition, shadow }) =>
        shadow?.kind === 'ready' ? [[nameOf({ group, actor: definition.name }), shadow] as const] : [],
      ),
    )
    for (const [name, { sign }] of this.#runs) {
      const shadow = wanted.get(name)
      if (shadow === undefined || signOf(shadow) !== sign) this.#end(name)
    }
    for (const [name, shadow] of wanted) {
      if (this.#runs.has(name)) continue
      const { version, url, partitions } = shadow
      this.#runs.set(name, {
        run: new ShadowRun(version, url, partitions, this.#ports),
        sign: signOf(shadow),
      })
    }
  }

  of(actor: ActorOfGroup): ShadowRun | undefined {
    // Asked for each batch: without any it costs nothing.
    return this.#runs.size === 0 ? undefined : this.#runs.get(nameOf(actor))?.run
  }

  status(actor: ActorOfGroup): ShadowStatus | undefined {
    return this.of(actor)?.status()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    for (const name of [...this.#runs.keys()]) this.#end(name)
    await Promise.all(this.#ending)
  }

  #end(name: string): void {
    const ending = this.#runs.get(name)?.run.end()
    this.#runs.delete(name)
    if (ending === undefined) return
    const ended = ending
      .catch((error: unknown) => {
        this.#ports.log.error(`a shadow did not end in order: ${messageOf(error)}`)
      })
      .finally(() => this.#ending.delete(ended))
    this.#ending.add(ended)
  }
}

const nameOf = ({ group, actor }: ActorOfGroup): string => `${group}\n${actor}`

const signOf = ({ version, url, partitions }: Extract<Shadow, { kind: 'ready' }>): string =>
  JSON.stringify([version, url, partitions])
