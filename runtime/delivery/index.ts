export type * from './unit.ts'
export type * from './outgoing.ts'
export type * from './effects.ts'
export * from './outcome.ts'
