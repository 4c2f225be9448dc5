/** The actor host of a worker, thread or process: with the schema registry, the database and the log of this process. */

import { randomBytes } from 'node:crypto'
import type { ActorLog } from '../actor/context.ts'
import { eventType } from '../actor/event-type.ts'
import { TroupeError } from '../errors.ts'
import { ActorHost, failureData, type HostPorts, type LogMessage, type WriteLog } from '../pool/worker.ts'
import { connectRegistry } from '../registry/index.ts'
import { openEffectsStore } from '../store/worker.ts'
import { preciseNow } from './precise-now.ts'
import { registryUrl } from './registry-url.ts'
import type { WorkerSettings } from './worker-settings.ts'

export interface HostSurroundings extends Pick<HostPorts, 'underWayOf'> {
  /** Of the thread, or what stands for it. */
  readonly threadId: number
  sendLog(message: LogMessage): void
}

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

export const openHost = (settings: WorkerSettings, surroundings: HostSurroundings): ActorHost => {
  const leastLogged = levels.indexOf(settings.logLevel)
  const isLogged = (level: keyof ActorLog): boolean => levels.indexOf(level) >= leastLogged
  const writeLog: WriteLog = (level, message, fields) => {
    if (isLogged(level)) surroundings.sendLog({ kind: 'log', level, message, fields })
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
  const { threadId, underWayOf } = surroundings
  const host = new ActorHost({
    threadId,
    ...(underWayOf && { underWayOf }),
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
    unhandledTopic: settings.unhandledTopic,
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
  return host
}
