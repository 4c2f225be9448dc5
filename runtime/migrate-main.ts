/** `npm run migrate`: brings the tables of DATABASE_URL to this version, and says what it ran. Safe to run twice, and at once. */

import { resolveOptions } from './config/index.ts'
import { messageOf } from './errors.ts'
import { exitCodeOf } from './process/index.ts'
import { migrate } from './store/index.ts'

try {
  const { databaseUrl } = resolveOptions({}, process.env)
  const ran = await migrate({ url: databaseUrl, log: (message) => console.log(message) })
  console.log(
    ran.length === 0 ? 'the database is up to date: nothing to run' : `done: ${ran.length} migrations`,
  )
} catch (error) {
  console.error(`troupe: ${messageOf(error)}`)
  process.exitCode = exitCodeOf(error, 'start')
}
