/**
 * The public API at saturation: a package by its tracking id, with all that Troupe does about it (key, tenant, row-level
 * security, limits, cost), against a bare mercurius resolver with the same statement. And 1,000 live subscriptions.
 */

import postgres from 'postgres'
import { withPostgres } from '../harness/bench-services.ts'
import { spreadOf } from '../harness/sample.ts'
import { keepReport, machineText, versions, type Keeping, type Report } from '../report/index.ts'
import { saturate } from './saturate.ts'
import { withServer } from './server-process.ts'
import { connections, fillPackages, packageCount } from './shop.ts'
import { watchPackages, type WatchSample } from './watchers.ts'

const seconds = 10
const subscriptions = 1_000
const atLeast = 0.8

const servers = [
  { id: 'troupe-public-api', entry: 'bench/graphql/troupe-server.ts', with: {} },
  { id: 'mercurius-bare', entry: 'bench/graphql/bare-server.ts', with: {} },
  { id: 'troupe-64-tenants', entry: 'bench/graphql/troupe-server.ts', with: { ASKERS: 'many' } },
] as const

export const benchGraphql = async ({
  rounds,
  ...keeping
}: Keeping & { readonly rounds: number }): Promise<void> => {
  const machine = machineText()
  const rates = new Map<string, number[]>()
  let watched: WatchSample | undefined
  await withPostgres(async ({ env }) => {
    const sql = postgres(env['DATABASE_URL'] ?? '', { max: 1, onnotice: () => undefined })
    await fillPackages(sql)
    for (let round = 1; round <= rounds; round += 1) {
      for (const { id, entry, with: settings } of servers) {
        const rate = await withServer(entry, { ...env, ...settings }, (server) => saturate(server, seconds))
        rates.set(id, [...(rates.get(id) ?? []), Math.round(rate)])
        console.log(`round ${round}/${rounds}  ${id.padEnd(20)} ${Math.round(rate)} answers/s`)
      }
    }
    watched = await withServer(servers[0].entry, env, (server) => watchPackages(server, sql, subscriptions))
    await sql.end()
  })
  const spreads = servers.map(({ id }) => ({ id, ...spreadOf(rates.get(id) ?? []) }))
  const [ours, bare, oursOfMany] = spreads
  const ratioOf = (spread: typeof ours): string =>
    `${((spread?.median ?? NaN) / (bare?.median ?? NaN)).toFixed(2)} ×`
  const reached = (ours?.median ?? NaN) / (bare?.median ?? NaN) >= atLeast
  const report: Report = {
    id: 'graphql',
    title: 'The public API',
    command: `npm run bench -- graphql --rounds ${rounds}`,
    takenOn: new Date().toISOString().slice(0, 10),
    machine,
    versions: versions(),
    workload: `One package by its tracking id of ${packageCount}, 64 connections that each ask again as soon as they are answered, ${seconds} s after a warm-up of 3 s, ${rounds} rounds, interleaved; a process each, ${connections} connections to Postgres. Who asks, who answers and Postgres share the machine's cores. Then ${subscriptions} subscriptions of a package each, all of which one statement changes: from its commit until each is told.`,
    tables: [
      {
        columns: ['server', 'answers/s: min', 'median', 'max'],
        rows: spreads.map(({ id, min, median, max }) => [id, ...[min, median, max].map(String)]),
      },
      {
        columns: ['server', `against ${servers[1].id}`, 'to reach', 'reached'],
        rows: [
          [servers[0].id, ratioOf(ours), `${atLeast} ×`, reached ? 'yes' : 'no'],
          [servers[2].id, ratioOf(oursOfMany), '', ''],
        ],
      },
      {
        title: 'Told after',
        columns: ['subscriptions', 'p50, ms', 'p99, ms', 'max, ms'],
        rows: [watched].map((sample) => [
          String(sample?.subscriptions),
          String(sample?.p50Ms),
          String(sample?.p99Ms),
          String(sample?.maxMs),
        ]),
      },
    ],
    notes: [
      'Troupe reads what clients of one tenant ask for in the same turn of its event loop by one statement; the bare resolver sends one for each. troupe-64-tenants shows it where that is no help: each client is another tenant.',
    ],
    leftOut: [],
    rows: [],
    samples: { answersPerSecond: Object.fromEntries(rates), watched },
  }
  await keepReport(report, keeping)
}
