export { connectRegistry } from './connect-registry.ts'
export type { RegistryAddress } from './registry-requests.ts'
export type { SchemaRegistry } from './schema-registry.ts'
