/** A relay process: sends what actors wrote into the outbox to Kafka. Several may run; they share the slices. */

import { resolveOptions } from './config/index.ts'
import { runProcess } from './process/index.ts'
import { Relay, relayReport } from './relay/index.ts'

await runProcess('relay', resolveOptions, async (options, ports) => {
  const relay = await Relay.start(options, { ...ports, meters: ports.telemetry.meters })
  return {
    stop: () => relay.stop(),
    status: () => ports.process.report(relayReport(relay.status())),
  }
})
