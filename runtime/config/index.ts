export type { DomainTopic } from './domains.ts'
export type { Option, ValueSchema } from './option.ts'
export { printable, resolveOptions, type Environment, type Options } from './resolve.ts'
export { optionTable } from './table.ts'
