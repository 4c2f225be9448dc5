export * from './catalogue.ts'
export { compileSchema, recordName } from './compiled-schema.ts'
