/** What a runtime process asks others at intervals, to know whether it has what it needs. */

import type { Options } from '../config/index.ts'
import type { HealthCheck } from '../control/index.ts'
import type { RecordProducer } from '../kafka/index.ts'
import { registryCheck } from '../registry/index.ts'
import { postgresCheck } from '../store/index.ts'
import { checkTimeoutMs } from '../telemetry/index.ts'
import { registryUrl } from './registry-url.ts'

export const healthChecks = (
  options: Options,
  producer: RecordProducer,
  needsPostgres: boolean,
): readonly HealthCheck[] => [
  { name: 'producer', check: () => producer.ping(checkTimeoutMs(options.healthIntervalMs)) },
  ...(needsPostgres ? [postgresCheck(options.databaseUrl)] : []),
  registryCheck({
    url: registryUrl({
      url: options.schemaRegistryUrl,
      username: options.schemaRegistryUsername,
      password: options.schemaRegistryPassword,
    }),
    requestTimeoutMs: checkTimeoutMs(options.healthIntervalMs),
  }),
]
