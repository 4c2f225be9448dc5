/** A redrive campaign, run from this process or watched while another one runs it, to its end. */

import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'

import type { Options } from '../../runtime/config/index.ts'
import { runCampaign } from '../../runtime/dead-letters/index.ts'
import type { Campaign, CampaignPorts, RedriveStore } from '../../runtime/delivery/index.ts'
import { TroupeError } from '../../runtime/errors.ts'
import { RecordProducer } from '../../runtime/kafka/index.ts'
import { openEffectsStore } from '../../runtime/store/index.ts'
import { producerSettings } from '../../runtime/system/kafka-settings.ts'
import { foundCampaign } from './found-campaign.ts'

/** After this a campaign whose runner was killed is taken over. */
const leaseMs = 15_000
const watchEveryMs = 1_000
const closeTimeoutMs = 5_000

/** Interrupted, it is paused: nobody else shall go on with what somebody stopped. */
export const followCampaign = async (
  store: RedriveStore,
  options: Options,
  { id }: Campaign,
  by: string,
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
    // What is under way is cut short: it stays claimed, and is settled first when the campaign goes on.
    interrupted.signal.addEventListener('abort', () => void producer.close(closeTimeoutMs), { once: true })
    const runner = `cli ${hostname()} ${String(process.pid)} ${randomUUID()}`
    try {
      await toItsEnd(
        { store, inbox, runner, leaseMs, produce: (record) => producer.produce(record) },
        id,
        interrupted.signal,
      )
    } finally {
      await producer.close(closeTimeoutMs)
    }
    if (interrupted.signal.aborted) await pause(store, id, by)
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop)
    await inbox.close()
  }
  return foundCampaign(store, id)
}

const toItsEnd = async (ports: CampaignPorts, id: number, stopping: AbortSignal): Promise<void> => {
  let isWatching = false
  for (;;) {
    const end = await runCampaign(ports, id, {
      stopping,
      onWaiting: (reason) => console.error(`waiting: ${reason}`),
    })
    if (end !== 'not-ours') return
    if ((await foundCampaign(ports.store, id)).state !== 'running') return
    if (!isWatching)
      console.error(
        `another process has campaign ${String(id)}: watching it; if it died, this one goes on within seconds`,
      )
    isWatching = true
    await delay(watchEveryMs, undefined, { signal: stopping }).catch(() => undefined)
    if (stopping.aborted) return
  }
}

const pause = async (store: RedriveStore, id: number, by: string): Promise<void> => {
  try {
    await store.change(id, 'paused', by)
    console.error(`paused; go on with: troupe dlq redrive --campaign ${String(id)}`)
  } catch (error) {
    // It has ended meanwhile.
    if (!(error instanceof TroupeError && error.code === 'TRANSITION_UNLISTED')) throw error
  }
}
