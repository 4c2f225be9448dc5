/** `npm run issue-api-key -- --tenant acme --name "web shop"`: prints a new key, once. */

import { parseArgs } from 'node:util'

import { resolveOptions } from '../../runtime/config/index.ts'
import { messageOf } from '../../runtime/errors.ts'
import { openDatabase } from '../../runtime/store/index.ts'
import { issueApiKey } from './api-key.ts'

const issue = async (): Promise<void> => {
  const { values } = parseArgs({ options: { tenant: { type: 'string' }, name: { type: 'string' } } })
  if (!values.tenant || !values.name) throw new Error('usage: --tenant TENANT --name "WHAT IT IS FOR"')
  const { databaseUrl } = resolveOptions({}, process.env)
  const database = openDatabase({ url: databaseUrl, maxConnections: 1 })
  try {
    const { key } = await issueApiKey(database.sql, { tenant: values.tenant, name: values.name })
    console.log(key)
  } finally {
    await database.close()
  }
}

try {
  await issue()
} catch (error) {
  console.error(`troupe: ${messageOf(error)}`)
  process.exitCode = 1
}
