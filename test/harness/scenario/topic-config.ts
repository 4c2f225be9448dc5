/** Changes a topic's settings while it is used, by Kafka's own tool: node-rdkafka cannot. */

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { fetchKafka } from '../services/kafka.ts'

const run = promisify(execFile)

export const alterTopic = async (
  brokers: string,
  topic: string,
  config: Readonly<Record<string, string>>,
): Promise<void> => {
  const settings = Object.entries(config).map(([name, value]) => `${name}=${value}`)
  await run('java', [
    '-cp',
    `${await fetchKafka()}/*`,
    'kafka.admin.ConfigCommand',
    ...['--bootstrap-server', brokers, '--alter', '--entity-type', 'topics', '--entity-name', topic],
    ...['--add-config', settings.join(',')],
  ])
}
