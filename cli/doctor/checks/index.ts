/** All that is looked at, in the order that it is told. */

import type { Options } from '../../../runtime/config/index.ts'
import type { Check } from '../finding.ts'
import { actorsCheck, schemasCheck } from './actors.ts'
import { postgresClockCheck, recordClockCheck } from './clock.ts'
import { kafkaCheck } from './kafka.ts'
import { librdkafkaCheck } from './librdkafka.ts'
import { postgresCheck } from './postgres.ts'
import { registryCheck } from './registry.ts'

export const checksOf = (options: Options): readonly Check[] =>
  [
    librdkafkaCheck,
    kafkaCheck,
    postgresCheck,
    registryCheck,
    actorsCheck,
    schemasCheck,
    postgresClockCheck,
    recordClockCheck,
  ].map((check) => check(options))
