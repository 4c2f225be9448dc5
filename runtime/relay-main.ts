/**
 * A relay process, between Postgres and Kafka: sends what actors wrote into the outbox, indexes dead letters, runs redrive
 * campaigns. Several may run; they share the slices of the outbox, the partitions of the topic and the campaigns.
 */

import { resolveOptions } from './config/index.ts'
import { DeadLetterOffice } from './dead-letters/index.ts'
import { runProcess } from './process/index.ts'
import { Relay, relayReport } from './relay/index.ts'

await runProcess('relay', resolveOptions, async (options, ports) => {
  const relay = await Relay.start(options, { ...ports, meters: ports.telemetry.meters })
  const office = DeadLetterOffice.start(options, ports)
  return {
    stop: async () => {
      await Promise.all([relay.stop(), office.stop()])
    },
    status: () => ports.process.report(relayReport(relay.status())),
  }
})
