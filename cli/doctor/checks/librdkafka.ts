/** Is the Kafka client whole, with what the options ask of it? */

import type { Options } from '../../../runtime/config/index.ts'
import { builtInFeatures, librdkafkaVersion, requireFeatures } from '../../../runtime/kafka/index.ts'
import { loadAddon } from '../../../runtime/kafka/drain/addon.ts'
import { producerSettings } from '../../../runtime/system/kafka-settings.ts'
import { ok, warn, type Check } from '../finding.ts'

/** What records may be compressed with by others, whatever this application's producers do. */
const compressions = ['gzip', 'snappy', 'lz4', 'zstd']

const packageOf = (compression: string): string =>
  compression === 'zstd' ? 'libzstd-dev' : compression === 'gzip' ? 'zlib1g-dev' : 'g++'

export const librdkafkaCheck = (options: Options): Check => ({
  name: 'librdkafka',
  remedy: 'do what it says; `npm ci` builds client and addon anew',
  run: () => {
    requireFeatures(producerSettings(options))
    loadAddon()
    return Promise.resolve([
      ok(
        `librdkafka ${librdkafkaVersion} and the native drain load; built with ${builtInFeatures.join(', ')}`,
      ),
      ...compressions
        .filter((compression) => !builtInFeatures.includes(compression))
        .map((compression) =>
          warn(
            `records compressed with ${compression} cannot be read: this build lacks it`,
            `apt-get install ${packageOf(compression)}, delete node_modules, npm ci`,
          ),
        ),
    ])
  },
})
