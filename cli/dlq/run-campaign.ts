/** A redrive campaign, step by step, from this process. */

import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'

import type { Options } from '../../runtime/config/index.ts'
import {
  runCampaignStep,
  type Campaign,
  type CampaignPorts,
  type RedriveStore,
} from '../../runtime/delivery/index.ts'
import { TroupeError } from '../../runtime/errors.ts'
import { RecordProducer } from '../../runtime/kafka/index.ts'
import { openEffectsStore } from '../../runtime/store/index.ts'
import { producerSettings } from '../../runtime/system/kafka-settings.ts'
import { foundCampaign } from './found-campaign.ts'

const leaseMs = 60_000
const closeTimeoutMs = 10_000

/** To its end, or until somebody interrupts: between two steps, so that everything claimed has its receipt. */
export const runCampaign = async (
  store: RedriveStore,
  options: Options,
  campaign: Campaign,
): Promise<Campaign> => {
  const interrupted = new AbortController()
  const stop = (): void => interrupted.abort()
  process.once('SIGINT', stop).once('SIGTERM', stop)
  const inbox = openEffectsStore({
    url: options.databaseUrl,
    applicationName: 'troupe-cli',
    maxConnections: 1,
  })
  try {
    const producer = await RecordProducer.connect(producerSettings(options))
    try {
      const runner = `cli ${hostname()} ${String(process.pid)} ${randomUUID()}`
      const ports: CampaignPorts = {
        store,
        inbox,
        runner,
        leaseMs,
        produce: (record) => producer.produce(record),
      }
      await stepByStep(ports, campaign, interrupted.signal)
    } finally {
      await producer.close(closeTimeoutMs)
    }
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop)
    await inbox.close()
  }
  return foundCampaign(store, campaign.id)
}

const stepByStep = async (ports: CampaignPorts, { id }: Campaign, stop: AbortSignal): Promise<void> => {
  while (!stop.aborted) {
    const begun = performance.now()
    const step = await runCampaignStep(ports, id)
    switch (step.kind) {
      case 'finished':
        return
      case 'not-ours': {
        const { state } = await foundCampaign(ports.store, id)
        if (state !== 'running') return
        throw new TroupeError(
          'CONFIG_INVALID',
          `another process runs campaign ${String(id)}; if it died, try again in a minute`,
        )
      }
      case 'waiting':
        console.error(`waiting: ${step.reason}`)
        break
      case 'more':
        break
    }
    await delay(Math.max(0, begun + step.afterMs - performance.now()), undefined, { signal: stop }).catch(
      () => undefined,
    )
  }
  console.error(`interrupted; go on with: troupe dlq redrive --campaign ${String(id)}`)
}
