/** Stands for the store of effects in a process that `mutant-preload.ts` was loaded into. */

import type { EffectsStore } from '../../../runtime/delivery/index.ts'
import type { EffectsStoreOptions } from '../../../runtime/store/effects-store.ts'
import { mutants, openMutantStore, type Mutant } from './mutant-stores.ts'

const named = process.env['TROUPE_MUTANT'] ?? ''

const isMutant = (name: string): name is Mutant => Object.hasOwn(mutants, name)

export const openEffectsStore = (options: EffectsStoreOptions): EffectsStore => {
  if (!isMutant(named)) throw new Error(`there is no mutant '${named}'`)
  return openMutantStore(options, named)
}
