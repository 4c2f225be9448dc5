/** Apache Kafka, one broker in KRaft combined mode, from Maven's repository. No container. */

import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { freePort } from '../../../runtime/store/embedded/postgres-server.ts'
import { kafkaAnswers } from './kafka-answers.ts'
import { fetchArtifacts } from './maven.ts'
import { ServiceProcess, type Service } from './service-process.ts'

const run = promisify(execFile)

export const kafkaVersion = '4.1.1'

export interface KafkaOptions {
  /** Lines of server.properties that replace or add to ours. */
  readonly config?: Readonly<Record<string, string>>
  /** Of topics that are made on first use. Default 4, as on the mock cluster. */
  readonly defaultPartitions?: number
  /** What clients are told to connect to, where a proxy stands between. Default the broker's own port. */
  readonly advertisedPort?: number
  readonly port?: number
  readonly detached?: boolean
  readonly log?: (message: string) => void
}

export interface KafkaService extends Service {
  /** host:port, for clients. */
  readonly bootstrapServers: string
  readonly port: number
  /** Data and `log`; removed on close. */
  readonly folder: string
}

export const startKafka = async (options: KafkaOptions = {}): Promise<KafkaService> => {
  const { detached = false, log = () => undefined } = options
  const jars = await fetchKafka(log)
  const folder = await mkdtemp(join(tmpdir(), 'troupe-kafka-'))
  const port = options.port ?? (await freePort())
  const controllerPort = await freePort()
  const properties = join(folder, 'server.properties')
  await writeFile(properties, propertiesText(serverProperties(options, folder, port, controllerPort)))

  const java = ['-cp', `${jars}/*`]
  await format(java, properties).catch(async (error: unknown) => {
    await rm(folder, { recursive: true, force: true })
    throw error
  })
  const broker = await ServiceProcess.start({
    name: `Kafka ${kafkaVersion}`,
    command: 'java',
    args: ['-Xmx1g', '-Xms256m', ...quietLog, ...java, 'kafka.Kafka', properties],
    folder,
    isReady: () => kafkaAnswers(port),
    detached,
  })
  return Object.assign(broker, { bootstrapServers: `127.0.0.1:${String(port)}`, port, folder })
}

const format = async (java: readonly string[], properties: string): Promise<void> => {
  // Given with `=`: one in 64 begins with a dash, and would be taken for an option.
  const clusterId = `--cluster-id=${randomBytes(16).toString('base64url')}`
  await run('java', [...java, 'kafka.tools.StorageTool', 'format', clusterId, '-c', properties])
}

/** The folder with Kafka's jars: its Java clients are in it too. */
export const fetchKafka = (log: (message: string) => void = () => undefined): Promise<string> =>
  fetchArtifacts({
    folder: `kafka-${kafkaVersion}`,
    artifacts: [
      { group: 'org.apache.kafka', name: 'kafka_2.13', version: kafkaVersion },
      { group: 'org.apache.kafka', name: 'kafka-tools', version: kafkaVersion },
      { group: 'org.slf4j', name: 'slf4j-simple', version: '1.7.36' },
    ],
    goal: 'copy-dependencies',
    announce: `Apache Kafka ${kafkaVersion} (54 MB)`,
    log,
  })

const quietLog = [
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
  '-Dorg.slf4j.simpleLogger.showDateTime=true',
]

/** One broker that starts and rebalances at once: what real clusters wait for is waited for in vain here. */
const serverProperties = (
  { config = {}, defaultPartitions = 4, advertisedPort }: KafkaOptions,
  folder: string,
  port: number,
  controllerPort: number,
): Readonly<Record<string, string>> => ({
  'process.roles': 'broker,controller',
  'node.id': '1',
  'controller.quorum.voters': `1@127.0.0.1:${String(controllerPort)}`,
  'controller.listener.names': 'CONTROLLER',
  'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
  listeners: `PLAINTEXT://127.0.0.1:${String(port)},CONTROLLER://127.0.0.1:${String(controllerPort)}`,
  'advertised.listeners': `PLAINTEXT://127.0.0.1:${String(advertisedPort ?? port)}`,
  'log.dirs': join(folder, 'data'),
  'num.partitions': String(defaultPartitions),
  'offsets.topic.replication.factor': '1',
  'offsets.topic.num.partitions': '8',
  'transaction.state.log.replication.factor': '1',
  'transaction.state.log.min.isr': '1',
  'transaction.state.log.num.partitions': '8',
  'group.initial.rebalance.delay.ms': '0',
  'group.min.session.timeout.ms': '1000',
  'group.consumer.min.session.timeout.ms': '1000',
  // A broker that comes back waits until its former self is forgotten: 9 s by default.
  'broker.session.timeout.ms': '4000',
  'broker.heartbeat.interval.ms': '500',
  ...config,
})

const propertiesText = (properties: Readonly<Record<string, string>>): string =>
  Object.entries(properties)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')
