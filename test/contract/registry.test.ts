// Registries keep Troupe's contract: the embedded one, and the one of SCHEMA_REGISTRY_URL where it is given.

import t from 'tap'
import { startEmbeddedRegistry } from '../../runtime/registry/index.ts'
import { registrySuite } from './registry-suite.ts'

await t.test('the embedded registry', async (t) => {
  const embedded = await startEmbeddedRegistry()
  t.teardown(() => embedded.close())
  await registrySuite(t, embedded)
})

const url = process.env['SCHEMA_REGISTRY_URL'] ?? ''
if (url !== '') await t.test('the registry of SCHEMA_REGISTRY_URL', (t) => registrySuite(t, { url }))
