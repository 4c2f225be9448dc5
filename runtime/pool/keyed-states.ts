/**
 * `ctx.state` of the keys of one batch: loaded together, handed to the records of a key one after the other, written
 * back together.
 *
 * A state is held as JSON text between records. Each record reads a copy of its own, so what a failed record did to
 * its copy is gone with it; what `ctx.state` holds when `receive` ends is what is kept, assigned or changed in place;
 * and a state that can't be kept as JSON fails the record that made it, not the batch.
 */

import type { StateForm } from '../actor/state-type.ts'
import type { LoadedState, StateKey, StateWrite } from '../delivery/effects.ts'
import type { HeldState } from '../delivery/observed-record.ts'
import { misused } from './context-errors.ts'
import { jsonText } from './json-text.ts'

export class StateSlot implements StateKey {
  readonly tenant: string
  readonly key: string
  readonly #form: StateForm
  #version = 0
  /** Of what is held. */
  #formVersion: number
  /** undefined: there is no state. */
  #json: string | undefined
  #changed = false

  constructor({ tenant, key }: StateKey, form: StateForm) {
    this.tenant = tenant
    this.key = key
    this.#form = form
    this.#formVersion = form.version
  }

  load({ version, value, formVersion = 1 }: LoadedState): void {
    this.#version = version
    this.#formVersion = version === 0 ? this.#form.version : formVersion
    this.#json = version === 0 ? undefined : jsonText(value)
    this.#changed = false
  }

  /** As it is between records. */
  held(): HeldState {
    return { json: this.#json, form: this.#formVersion }
  }

  /** As another slot held it. */
  hold({ json, form }: HeldState): void {
    this.#json = json
    this.#formVersion = json === undefined ? this.#form.version : form
  }

  /** In the actor's form. Throws CONTEXT_MISUSED where it was kept in a later one, and what `upgrade` throws. */
  read(): unknown {
    if (this.#json === undefined) return undefined
    const kept = JSON.parse(this.#json) as unknown
    const { version, upgrade } = this.#form
    if (this.#formVersion === version) return kept
    if (this.#formVersion < version) return upgrade?.(kept, this.#formVersion)
    const later = `was kept in version ${String(this.#formVersion)} of its form, and this actor knows ${String(version)}`
    throw misused('ctx.state', `${later}: a later version of the actor wrote it, deploy that one again`)
  }

  /** Call the answer once the record has succeeded. Throws CONTEXT_MISUSED where the value is not data. */
  stage(value: unknown): () => void {
    const json = asJson(value)
    return () => {
      if (json === this.#json) return
      this.#json = json
      this.#formVersion = this.#form.version
      this.#changed = true
    }
  }

  /** Undefined when the state is as it was loaded. */
  write(): StateWrite | undefined {
    if (!this.#changed) return undefined
    const { version } = this.#form
    return {
      tenant: this.tenant,
      key: this.key,
      loadedVersion: this.#version,
      value: this.read(),
      ...(version > 1 && { formVersion: version }),
    }
  }
}

export class KeyedStates {
  readonly #slots = new Map<string, StateSlot>()
  readonly #form: StateForm

  constructor(form: StateForm) {
    this.#form = form
  }

  slot(state: StateKey): StateSlot {
    // A tenant's length before it keeps ('a', 'bc') and ('ab', 'c') apart.
    const name = `${String(state.tenant.length)}:${state.tenant}${state.key}`
    let slot = this.#slots.get(name)
    if (slot === undefined) this.#slots.set(name, (slot = new StateSlot(state, this.#form)))
    return slot
  }

  all(): readonly StateSlot[] {
    return [...this.#slots.values()]
  }

  writes(): StateWrite[] {
    return this.all().flatMap((slot) => slot.write() ?? [])
  }
}

const asJson = (value: unknown): string | undefined => {
  if (value === undefined) return undefined
  let json: string | undefined
  try {
    json = jsonText(value)
  } catch (error) {
    throw misused('ctx.state', `holds a value that can't be kept as JSON: ${String(error)}`)
  }
  if (json === undefined) throw misused('ctx.state', `holds a ${typeof value}, which can't be kept as JSON`)
  return json
}
