/**
 * Preloaded into a process (`--import`), and by that into its workers: their store of effects is the mutant that
 * TROUPE_MUTANT names.
 */

import { registerHooks } from 'node:module'

const mutantStore = new URL('./mutant-effects-store.ts', import.meta.url).href

/** The doors of the store: of all processes, and of workers. */
const doors = ['/runtime/store/index.ts', '/runtime/store/worker.ts']

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === './effects-store.ts' && doors.some((door) => context.parentURL?.endsWith(door))
      ? { url: mutantStore, shortCircuit: true }
      : next(specifier, context),
})
