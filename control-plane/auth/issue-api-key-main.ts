/** `npm run issue-api-key -- --tenant acme --name "web shop"`: prints a new key, once. */

import { parseArgs } from 'node:util'

import { resolveOptions } from '../../runtime/config/index.ts'
import { messageOf, TroupeError } from '../../runtime/errors.ts'
import { exitCodeOf } from '../../runtime/process/index.ts'
import { openDatabase } from '../../runtime/store/index.ts'
import { issueApiKey } from './api-key.ts'

const issue = async (): Promise<void> => {
  const { tenant, name } = asked()
  const { databaseUrl } = resolveOptions({}, process.env)
  const database = openDatabase({ url: databaseUrl, maxConnections: 1 })
  try {
    const { key } = await issueApiKey(database.sql, { tenant, name })
    console.log(key)
  } finally {
    await database.close()
  }
}

const asked = (): { readonly tenant: string; readonly name: string } => {
  const usage = 'usage: npm run issue-api-key -- --tenant TENANT --name "WHAT IT IS FOR"'
  try {
    const { tenant, name } = parseArgs({
      options: { tenant: { type: 'string' }, name: { type: 'string' } },
    }).values
    if (tenant && name) return { tenant, name }
  } catch (error) {
    throw new TroupeError('CONFIG_INVALID', `${messageOf(error)}\n${usage}`, { cause: error })
  }
  throw new TroupeError('CONFIG_INVALID', usage)
}

try {
  await issue()
} catch (error) {
  console.error(`troupe: ${messageOf(error)}`)
  process.exitCode = exitCodeOf(error, 'start')
}
