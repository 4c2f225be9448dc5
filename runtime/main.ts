/**
 * `npm start`: options from the environment, and an end by SIGTERM or SIGINT that always comes. With PROCESSES=1 this is
 * the consumer process; over that it is the primary of a node, which runs this module so many times again.
 */

import cluster from 'node:cluster'
import { hostname } from 'node:os'
import { fileURLToPath } from 'node:url'
import { resolveOptions, type Options } from './config/index.ts'
import { instanceIdOf, nodeMember, runPrimary } from './cluster/index.ts'
import { runProcess, useCompileCache } from './process/index.ts'

const runConsumer = async (): Promise<never> => {
  useCompileCache()
  // The primary needs none of it, and is the smaller for it.
  const { Runtime } = await import('./system/runtime.ts')
  return await runProcess(
    'runtime',
    consumerOptions,
    (options, ports) => Runtime.start(options, ports),
    nodeMember(),
  )
}

const consumerOptions = (given: object, env: NodeJS.ProcessEnv): Options => {
  const options = resolveOptions(given, env)
  // The primary has given each of its processes a name.
  if (cluster.isWorker) return options
  return { ...options, kafkaGroupInstanceId: instanceIdOf(options, hostname(), 1) }
}

/** Wrong options are the consumer's to tell. */
const processesAsked = (): number => {
  try {
    return resolveOptions({}, process.env).processes
  } catch {
    return 1
  }
}

await (cluster.isPrimary && processesAsked() > 1 ? runPrimary(fileURLToPath(import.meta.url)) : runConsumer())
