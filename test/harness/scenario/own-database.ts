/**
 * A database of a trial's own on the shared Postgres: what operators register and drain holds for everybody in a
 * database. It goes with the test.
 */

import type { Test } from 'tap'
import { migrate, openDatabase, type Database } from '../../../runtime/store/index.ts'
import { trialServices } from './services-of-trials.ts'

let made = 0

/** Its URL; the tables are in it. */
export const ownDatabase = async (t: Test): Promise<string> => {
  made += 1
  const name = `trial_${Date.now().toString(36)}_${String(process.pid)}_${String(made)}`
  const shared = trialServices().DATABASE_URL
  const server = openDatabase({ url: shared, maxConnections: 1 })
  await run(server, `create database ${name}`)
  t.teardown(async () => {
    await run(server, `drop database if exists ${name} with (force)`)
    await server.close()
  })
  const url = new URL(shared)
  url.pathname = `/${name}`
  await migrate({ url: url.href })
  return url.href
}

/** A name cannot be a parameter. */
const run = async ({ sql }: Database, statement: string): Promise<void> => {
  await sql(Object.assign([statement], { raw: [statement] }))
}
