// Generated from schemas/avro by `npm run generate-types`. Change the schema, not this file.
export * from './shipping.ts'
