/**
 * The entry of a worker thread. Nothing here may reach node-rdkafka, which loads on the main thread only.
 */

import { parentPort, threadId, workerData } from 'node:worker_threads'
import { handOver, type WorkerTask } from '../pool/worker.ts'
import { openHost } from './worker-host.ts'
import type { WorkerSettings } from './worker-settings.ts'

const host = openHost(workerData as WorkerSettings, {
  threadId,
  sendLog: (message) => parentPort?.postMessage(message),
})

export default async (task: WorkerTask): Promise<unknown> => handOver(await host.handle(task))
