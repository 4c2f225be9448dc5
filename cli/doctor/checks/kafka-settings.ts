import type { Options } from '../../../runtime/config/index.ts'
import type { KafkaSettings } from '../../../runtime/kafka/index.ts'
import { kafkaSettings } from '../../../runtime/system/kafka-settings.ts'

/** Whoever asks a doctor does not want to wait for as long as a process may. */
export const impatientSettings = (options: Options): KafkaSettings => ({
  ...kafkaSettings(options),
  connectTimeoutMs: 4_000,
})
