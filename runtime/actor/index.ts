export * from './context.ts'
export * from './define-actor.ts'
export * from './event-type.ts'
export * from './outcome.ts'
