/** Compiles and runs `java/ThingProducer.java`: Apache's Java client with Avro's Java library. */

import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { AvroSchema } from '../../../runtime/actor/index.ts'
import { fetchArtifacts } from '../services/maven.ts'

const run = promisify(execFile)
const source = join(import.meta.dirname, 'java/ThingProducer.java')
const kafkaClientsVersion = '4.1.1'
const avroVersion = '1.12.0'

/** For tap's `skip`: a runtime without compiler is enough for all other scenarios. Throws under CI=true. */
export const skipWithoutJavac = async (): Promise<string | false> => {
  if (await run('javac', ['-version']).catch(() => undefined)) return false
  const reason = 'javac is not installed (apt install openjdk-17-jdk-headless)'
  if (process.env['CI'] === 'true') throw new Error(`CI=true, and ${reason}`)
  return reason
}

export interface Landed {
  readonly key: string
  readonly partition: number
  readonly offset: number
}

export interface RegisteredSchema {
  readonly id: number
  readonly schema: AvroSchema
}

export interface JavaProducerOptions {
  readonly brokers: string
  readonly topic: string
  readonly happened: RegisteredSchema
  readonly described: RegisteredSchema
  /** One event each, and one described after them. */
  readonly keys: readonly string[]
  /** For what it is given and compiled to. */
  readonly folder: string
}

/** Where each record landed, in the order of sending. */
export const produceFromJava = async (options: JavaProducerOptions): Promise<readonly Landed[]> => {
  const { brokers, topic, happened, described, keys, folder } = options
  const jars = await fetchArtifacts({
    folder: `java-producer-kafka-${kafkaClientsVersion}-avro-${avroVersion}`,
    artifacts: [
      { group: 'org.apache.kafka', name: 'kafka-clients', version: kafkaClientsVersion },
      { group: 'org.apache.avro', name: 'avro', version: avroVersion },
    ],
    goal: 'copy-dependencies',
    announce: `Apache's Java client ${kafkaClientsVersion} and Avro ${avroVersion}`,
    log: () => undefined,
  })
  const given = (name: string, text: string): string => {
    const file = join(folder, name)
    writeFileSync(file, text)
    return file
  }
  await run('javac', ['-encoding', 'UTF-8', '-cp', `${jars}/*`, '-d', folder, source])
  const { stdout } = await run('java', [
    ...['-Dfile.encoding=UTF-8', '-Dstdout.encoding=UTF-8', '-cp', `${folder}:${jars}/*`, 'ThingProducer'],
    ...[brokers, topic],
    ...[String(happened.id), given('happened.avsc', JSON.stringify(happened.schema))],
    ...[String(described.id), given('described.avsc', JSON.stringify(described.schema))],
    given('keys', keys.join('\n')),
  ])
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [key = '', partition, offset] = line.split('\t')
      return { key, partition: Number(partition), offset: Number(offset) }
    })
}
