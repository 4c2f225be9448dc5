/** Where and with what a benchmark ran. */

import { readFileSync } from 'node:fs'
import { cpus, loadavg, totalmem } from 'node:os'
import { join } from 'node:path'
import { root } from '../harness/contender.ts'
import { kafkaVersion } from '../../test/harness/services/kafka.ts'

export const machineText = (): string => {
  const [cpu] = cpus()
  const gb = Math.round(totalmem() / 1e9)
  const [load = 0] = loadavg()
  return `${cpus().length} × ${cpu?.model ?? 'unknown processor'}, ${gb} GB, load before the run ${load.toFixed(1)}`
}

export const versions = (): Readonly<Record<string, string>> => ({
  node: process.versions.node,
  kafka: kafkaVersion,
  'node-rdkafka': versionOf('node_modules/node-rdkafka'),
  avsc: versionOf('node_modules/avsc'),
  piscina: versionOf('node_modules/piscina'),
})

/** Of an installed package; its folder from the project's. */
export const versionOf = (folder: string): string => {
  const { version } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as {
    version: string
  }
  return version
}
