/**
 * A redrive campaign from here on to its end, step by step at its pace.
 *
 * RC1. The lease is renewed while a step lasts: brokers may take minutes to refuse a record, and nobody else shall
 *      produce it meanwhile.
 * RC2. Stopped between two steps the lease is given back. Killed anywhere, it runs out, and whoever comes next settles
 *      first what was claimed.
 */

import { setTimeout as delay } from 'node:timers/promises'
import { runCampaignStep, type CampaignPorts } from '../delivery/index.ts'
import { TroupeError } from '../errors.ts'

export type CampaignEnd =
  | 'finished'
  /** Paused, cancelled, finished before, or another process runs it. */
  | 'not-ours'
  /** By `stopping`. */
  | 'stopped'

export interface CampaignWatch {
  /** Aborted: no further step is begun. */
  readonly stopping: AbortSignal
  /** Kafka is away; told after each step that found it so. */
  readonly onWaiting: (reason: string) => void
}

/** Throws what a step throws; the lease is given back then too, where Postgres is there. */
export const runCampaign = async (
  ports: CampaignPorts,
  id: number,
  { stopping, onWaiting }: CampaignWatch,
): Promise<CampaignEnd> => {
  const renewing = new Set<Promise<unknown>>()
  const renewal = setInterval(() => {
    const asked = ports.store.lease(id, ports.runner, ports.leaseMs).catch(() => undefined)
    renewing.add(asked)
    void asked.then(() => renewing.delete(asked))
  }, ports.leaseMs / 3) // RC1
  try {
    return await stepByStep(ports, id, stopping, onWaiting)
  } finally {
    clearInterval(renewal)
    await Promise.all(renewing)
    await ports.store.release(id, ports.runner).catch(() => undefined) // RC2
  }
}

const stepByStep = async (
  ports: CampaignPorts,
  id: number,
  stopping: AbortSignal,
  onWaiting: (reason: string) => void,
): Promise<CampaignEnd> => {
  while (!stopping.aborted) {
    const begun = performance.now()
    const step = await runCampaignStep(ports, id).catch((error: unknown) => {
      // The producer was closed under it, so that it ends: what it had claimed stays claimed.
      if (stopping.aborted && error instanceof TroupeError && error.code === 'PRODUCER_CLOSED')
        return undefined
      throw error
    })
    if (step === undefined) break
    if (step.kind === 'finished' || step.kind === 'not-ours') return step.kind
    if (step.kind === 'waiting') onWaiting(step.reason)
    const restMs = Math.max(0, begun + step.afterMs - performance.now())
    await delay(restMs, undefined, { signal: stopping }).catch(() => undefined)
  }
  return 'stopped'
}
