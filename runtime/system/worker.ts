/**
 * The entry of a worker thread: an actor host with the schema registry, the database and the log of this process.
 * Nothing here may reach node-rdkafka, which loads on the main thread only.
 */

import { randomBytes } from 'node:crypto'
import { parentPort, threadId, workerData } from 'node:worker_threads'
import type { ActorLog } from '../actor/context.ts'
import { eventType } from '../actor/event-type.ts'
import { TroupeError } from '../errors.ts'
import {
  ActorHost,
  failureData,
  handOver,
  type LogMessage,
  type WorkerTask,
  type WriteLog,
} from '../pool/index.ts'
import { connectRegistry } from '../registry/index.ts'
import { openEffectsStore } from '../store/index.ts'
import { preciseNow } from './precise-now.ts'
import { registryUrl } from './registry-url.ts'
import type { WorkerSettings } from './worker-settings.ts'

const settings = workerData as WorkerSettings

/** Lines that the main thread would drop do not cross over to it. */
const levels: readonly WorkerSettings['logLevel'][] = [
  'trace',
  'debug',
  'info',
  'warn',
  'error',
  'fatal',
  'silent',
]
const leastLogged = levels.indexOf(settings.logLevel)
const isLogged = (level: keyof ActorLog): boolean => levels.indexOf(level) >= leastLogged

const writeLog: WriteLog = (level, message, fields) => {
  if (!isLogged(level)) return
  parentPort?.postMessage({ kind: 'log', level, message, fields } satisfies LogMessage)
}

const emitted = new Map(
  settings.schemas.map(({ name, schema, topic }) => [name, { type: eventType(name, schema), topic }]),
)

const topicOf = (name: string): string => {
  const topic = emitted.get(name)?.topic
  if (topic === undefined)
    throw new TroupeError('EVENT_TYPE_UNKNOWN', `no topic is known for the event ${name}`)
  return topic
}

const host = new ActorHost({
  threadId,
  loadModule: (url) => import(url) as Promise<unknown>,
  schemas: connectRegistry({ url: registryUrl(settings.registry) }),
  emissions: {
    eventType: (name) => emitted.get(name)?.type,
    topicOf,
    subjectStrategy: settings.subjects,
  },
  // Opens no connection before an actor needs one.
  store:
    settings.databaseUrl === ''
      ? undefined
      : openEffectsStore({
          url: settings.databaseUrl,
          maxConnections: settings.databaseConnections,
          inboxDays: settings.inboxDays,
          owner: settings.owner,
          applicationName: `troupe-worker-${String(threadId)}`,
        }),
  writeLog,
  isLogged,
  monotonicMs: () => performance.now(),
  tracing: settings.traces ? { newSpanId: () => randomBytes(8).toString('hex') } : undefined,
  deadLetterTopic: settings.deadLetterTopic,
  random: Math.random,
  now: preciseNow,
})

// A promise that nobody awaited failed, in an actor's code or in a library's. By default that ends the thread, and
// with it the batches of all actors in it, over something that belongs to no record any more: `receive` has returned.
process.on('unhandledRejection', (reason) => {
  writeLog('error', 'a promise failed and nobody awaits it: await everything in receive, or catch it', {
    actorsAtWork: host.busyActors(),
    error: failureData(reason),
  })
})

export default async (task: WorkerTask): Promise<unknown> => handOver(await host.handle(task))
