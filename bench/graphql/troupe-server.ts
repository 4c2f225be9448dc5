/** Troupe's control plane as it is, with a key of each tenant that asks (ASKERS: one, many); nobody is asked to wait. */

import { issueApiKey } from '../../control-plane/auth/api-key.ts'
import { startControlPlane } from '../../control-plane/server.ts'
import { openDatabase } from '../../runtime/store/index.ts'
import { createLog } from '../../runtime/telemetry/index.ts'
import { connections, tenantsOf, type Listening } from './shop.ts'

const databaseUrl = process.env['DATABASE_URL'] ?? ''
const database = openDatabase({ url: databaseUrl })
const askers = process.env['ASKERS'] === 'many' ? 'many' : 'one'
const authorizations: string[] = []
for (const tenant of tenantsOf(askers)) {
  const { key } = await issueApiKey(database.sql, { tenant, name: `bench-${process.pid}` })
  authorizations.push(`Bearer ${key}`)
}
await database.close()
const { publicUrl } = await startControlPlane(
  {
    databaseUrl,
    databaseConnections: connections,
    publicApiHost: '127.0.0.1',
    publicApiPort: 0,
    operatorApiHost: '127.0.0.1',
    operatorApiPort: 0,
    explorer: false,
    access: { requestsPerMinute: 10_000_000 },
  },
  createLog({ level: 'warn', destination: process.stderr }),
)
console.log(JSON.stringify({ url: publicUrl, askers, authorizations } satisfies Listening))
