/** What a worker needs of the store. A door of its own: it loads nothing of migrations, embedded servers and commands. */

export { openEffectsStore } from './effects-store.ts'
