import type { EmbeddedRegistry, EmbeddedRegistryOptions } from './embedded/index.ts'

export { connectRegistry } from './connect-registry.ts'
export type { EmbeddedRegistry, EmbeddedRegistryOptions } from './embedded/index.ts'
export { registryCheck } from './registry-check.ts'
export type { RegistryAddress } from './registry-requests.ts'
export type { SchemaRegistry } from './schema-registry.ts'

/** Loads its HTTP server when it is called: workers import this folder for the client alone. */
export const startEmbeddedRegistry = async (options?: EmbeddedRegistryOptions): Promise<EmbeddedRegistry> => {
  const { startEmbeddedRegistry: start } = await import('./embedded/index.ts')
  return await start(options)
}
