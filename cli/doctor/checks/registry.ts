/** Does the registry answer? */

import type { Options } from '../../../runtime/config/index.ts'
import { registryCheck as registryAnswers } from '../../../runtime/registry/index.ts'
import { registryUrl } from '../../../runtime/system/registry-url.ts'
import { ok, type Check } from '../finding.ts'

export const registryCheck = (options: Options): Check => {
  const {
    schemaRegistryUrl: url,
    schemaRegistryUsername: username,
    schemaRegistryPassword: password,
  } = options
  return {
    name: 'registry',
    remedy: 'is it up, is SCHEMA_REGISTRY_URL right with its path, are user and password right?',
    run: async () => {
      await registryAnswers({ url: registryUrl({ url, username, password }) }).check()
      return [ok(`the schema registry at ${url} answers`)]
    },
  }
}
