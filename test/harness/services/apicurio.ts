/** Apicurio Registry, in memory, from Maven's repository: a Confluent-compatible registry that is not ours. */

import { mkdtemp, readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { freePort } from '../../../runtime/store/embedded/postgres-server.ts'
import { fetchArtifacts } from './maven.ts'
import { ServiceProcess, type Service } from './service-process.ts'

export const apicurioVersion = '2.6.13.Final'

export interface ApicurioOptions {
  readonly port?: number
  readonly detached?: boolean
  readonly log?: (message: string) => void
}

export interface ApicurioService extends Service {
  /** Of its Confluent-compatible API. A restart forgets all schemas. */
  readonly url: string
  readonly port: number
  readonly folder: string
}

export const startApicurio = async (options: ApicurioOptions = {}): Promise<ApicurioService> => {
  const { detached = false, log = () => undefined } = options
  const unpacked = await fetchArtifacts({
    folder: `apicurio-${apicurioVersion}`,
    artifacts: [
      {
        group: 'io.apicurio',
        name: 'apicurio-registry-app',
        version: apicurioVersion,
        type: 'zip',
        classifier: 'all',
      },
    ],
    goal: 'unpack-dependencies',
    announce: `Apicurio Registry ${apicurioVersion} (142 MB)`,
    log,
  })
  const runner = (await readdir(unpacked)).find((name) => name.endsWith('-runner.jar'))
  if (!runner) throw new Error(`there is no …-runner.jar in ${unpacked}: remove the folder and try again`)

  const folder = await mkdtemp(join(tmpdir(), 'troupe-apicurio-'))
  const port = options.port ?? (await freePort())
  const url = `http://127.0.0.1:${String(port)}/apis/ccompat/v7`
  const registry = await ServiceProcess.start({
    name: `Apicurio Registry ${apicurioVersion}`,
    command: 'java',
    args: ['-Xmx512m', '-jar', join(unpacked, runner)],
    env: { QUARKUS_HTTP_PORT: String(port), QUARKUS_HTTP_HOST: '127.0.0.1' },
    folder,
    isReady: () => answers(`${url}/subjects`),
    detached,
  })
  return Object.assign(registry, { url, port, folder })
}

const answers = async (url: string): Promise<boolean> => {
  const response = await fetch(url, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined)
  await response?.body?.cancel()
  return response?.ok === true
}
