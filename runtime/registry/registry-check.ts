/** Is the registry there? Asked for the schema types it knows, which every one that speaks Confluent's API answers. */

import type { HealthCheck } from '../control/index.ts'
import { type RegistryAddress, RegistryRequests } from './registry-requests.ts'

/**
 * Any answer counts that a registry may give to whoever asks, a refusal too: that it is there. An error of its own
 * (500 and above) does not, nor does 404: no registry is at that path.
 */
export const registryCheck = (address: RegistryAddress): HealthCheck => {
  const requests = new RegistryRequests({ ...address, retries: 0 })
  return {
    name: 'registry',
    check: async () => {
      const status = await requests.statusOf('/schemas/types')
      if (status === 404)
        throw requests.unavailable('no registry is at that path; is the path of SCHEMA_REGISTRY_URL right?')
      if (status >= 500) throw requests.unavailable(`it answers with status ${String(status)}`)
    },
  }
}
