/**
 * The option table: every option of every process, once. Resolution, docs/configuration.md and Helm's values schema
 * come from it. Topics of event domains (KAFKA_<DOMAIN>_TOPIC) are read beside it, in `domains.ts`.
 */

import { accessOptions } from './options/access.ts'
import { apiOptions } from './options/apis.ts'
import { handlingOptions } from './options/handling.ts'
import { kafkaOptions } from './options/kafka.ts'
import { processOptions } from './options/processes.ts'
import { relayOptions } from './options/relay.ts'
import { storeOptions } from './options/stores.ts'
import { telemetryOptions } from './options/telemetry.ts'

export const optionTable = {
  ...kafkaOptions,
  ...handlingOptions,
  ...processOptions,
  ...storeOptions,
  ...apiOptions,
  ...accessOptions,
  ...telemetryOptions,
  ...relayOptions,
} as const
