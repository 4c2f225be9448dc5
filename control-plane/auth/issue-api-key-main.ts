/**
 * Prints a new key, once:
 *   npm run issue-api-key -- --tenant acme --name "web shop"       for the public API, that tenant's data
 *   npm run issue-api-key -- --role viewer --name "Ada's laptop"   for the operators' API
 */

import { parseArgs } from 'node:util'

import { resolveOptions } from '../../runtime/config/index.ts'
import { messageOf, TroupeError } from '../../runtime/errors.ts'
import { exitCodeOf } from '../../runtime/process/index.ts'
import { openDatabase } from '../../runtime/store/index.ts'
import { issueApiKey, type NewApiKey } from './api-key.ts'
import { operatorRoles } from './key-holder.ts'

const issue = async (): Promise<void> => {
  const wanted = asked()
  const { databaseUrl } = resolveOptions({}, process.env)
  const database = openDatabase({ url: databaseUrl, maxConnections: 1 })
  try {
    const { key } = await issueApiKey(database.sql, wanted)
    console.log(key)
  } finally {
    await database.close()
  }
}

const usage = `usage: npm run issue-api-key -- --tenant TENANT --name "WHAT IT IS FOR"    a key for the public API
       npm run issue-api-key -- --role ${operatorRoles.join('|')} --name "WHOSE IT IS"    a key for the operators' API`

const refuse = (what: string, cause?: unknown): never => {
  throw new TroupeError('CONFIG_INVALID', `${what}\n${usage}`, { cause })
}

const asked = (): NewApiKey => {
  const { tenant, role, name } = given()
  if (!name) return refuse('--name is missing: it tells keys apart in lists.')
  if (tenant !== undefined && role !== undefined)
    return refuse('--tenant and --role together: a key opens one API. Issue two keys.')
  if (tenant) return { tenant, name }
  if (role === undefined) return refuse('--tenant or --role is missing: it says which API the key opens.')
  const known = operatorRoles.find((one) => one === role)
  return known ? { role: known, name } : refuse(`--role is "${role}"; it may be ${operatorRoles.join(', ')}.`)
}

const given = () => {
  try {
    return parseArgs({
      options: { tenant: { type: 'string' }, role: { type: 'string' }, name: { type: 'string' } },
    }).values
  } catch (error) {
    return refuse(messageOf(error), error)
  }
}

try {
  await issue()
} catch (error) {
  console.error(`troupe: ${messageOf(error)}`)
  process.exitCode = exitCodeOf(error, 'start')
}
