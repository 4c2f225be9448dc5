export type { DomainTopic } from './domains.ts'
export type { Option, ValueSchema } from './option.ts'
export {
  letterTopicsOf,
  printable,
  resolveOptions,
  unhandledTopicOf,
  type Environment,
  type Options,
} from './resolve.ts'
export { optionTable } from './table.ts'
