/**
 * Preloaded into a process (`--import`), and by that into its workers: their store of effects is the mutant that
 * TROUPE_MUTANT names.
 */

import { registerHooks } from 'node:module'

const mutantStore = new URL('./mutant-effects-store.ts', import.meta.url).href

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === './effects-store.ts' && context.parentURL?.endsWith('/runtime/store/index.ts')
      ? { url: mutantStore, shortCircuit: true }
      : next(specifier, context),
})
