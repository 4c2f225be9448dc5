export * from './receive-one.ts'
