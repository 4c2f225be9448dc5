// Generated from schemas/avro by `npm run generate-types`. Change the schema, not this file.
export * from './bench.ts'
export * from './shipping.ts'
