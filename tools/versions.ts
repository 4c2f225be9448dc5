/** What a report of a problem should begin with: versions of Troupe, Node, librdkafka, and what it was built with. */

import { builtInFeatures, librdkafkaVersion } from '../runtime/kafka/features.ts'
import { troupeVersion } from '../runtime/system/version.ts'

console.log(`troupe ${troupeVersion()}`)
console.log(`node ${process.versions.node}`)
console.log(`librdkafka ${librdkafkaVersion} (${builtInFeatures.join(', ')})`)
