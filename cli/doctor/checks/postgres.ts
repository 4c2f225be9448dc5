/** Does Postgres answer, and is it as Troupe needs it: its tables, durable commits, enough connections, its role? */

import { availableParallelism } from 'node:os'

import type { Options } from '../../../runtime/config/index.ts'
import { openDatabase, pendingMigrations } from '../../../runtime/store/index.ts'
import { fail, ok, warn, type Check, type Finding } from '../finding.ts'

interface ServerFacts {
  readonly version: string
  readonly versionNumber: number
  readonly durability: string
  readonly maxConnections: number
  readonly connections: number
  readonly user: string
  readonly isSuperuser: boolean
  readonly mayServeTenants: boolean
  readonly isReplica: boolean
}

const oldestVersion = 150_000

export const postgresCheck = (options: Options): Check => ({
  name: 'postgres',
  remedy:
    'is it up, are host, database, user and password of DATABASE_URL right, does a firewall stand between?',
  run: async () => {
    const database = openDatabase({
      url: options.databaseUrl,
      applicationName: 'troupe-doctor',
      maxConnections: 1,
    })
    try {
      const [facts] = await database.sql<ServerFacts>`
        select current_setting('server_version') as version,
          current_setting('server_version_num')::int as "versionNumber",
          current_setting('synchronous_commit') as durability,
          current_setting('max_connections')::int as "maxConnections",
          (select count(*)::int from pg_stat_activity where backend_type = 'client backend') as connections,
          current_user::text as user,
          (select rolsuper from pg_roles where rolname = current_user) as "isSuperuser",
          coalesce((select pg_has_role(current_user, oid, 'member') from pg_roles where rolname = 'troupe_tenant'), false)
            as "mayServeTenants",
          pg_is_in_recovery() as "isReplica"`
      if (facts === undefined) return [fail('Postgres answers no row to a question', 'look at its log')]
      const pending = await pendingMigrations(options.databaseUrl)
      return [
        ...serverFindings(facts),
        migrationFinding(pending),
        ...roleFindings(facts, pending.length === 0),
        connectionFinding(facts, options),
      ]
    } finally {
      void database.close()
    }
  },
})

const serverFindings = ({
  version,
  versionNumber,
  durability,
  isReplica,
}: ServerFacts): readonly Finding[] => [
  versionNumber < oldestVersion
    ? fail(`Postgres ${version} is too old`, 'Troupe needs Postgres 15 or later')
    : ok(`Postgres ${version} answers`),
  ...(isReplica
    ? [
        fail(
          'it is a replica, which takes no writes',
          'name the primary in DATABASE_URL, or target_session_attrs=read-write',
        ),
      ]
    : []),
  durability === 'off'
    ? fail(
        'synchronous_commit is off: a crash would forget effects that were committed',
        'set it to on for the server, the database or the role: alter role … set synchronous_commit = on',
      )
    : ok(`commits are durable (synchronous_commit = ${durability})`),
]

const migrationFinding = (pending: readonly string[]): Finding =>
  pending.length === 0
    ? ok('all migrations were run')
    : fail(
        `${String(pending.length)} migrations are to be run, from ${pending[0] ?? ''} on`,
        'run troupe migrate',
      )

const roleFindings = (
  { user, isSuperuser, mayServeTenants }: ServerFacts,
  isMigrated: boolean,
): readonly Finding[] => [
  ...(isSuperuser
    ? [
        warn(
          `${user} is a superuser`,
          'give Troupe a role of its own that owns its database and nothing else',
        ),
      ]
    : [ok(`${user} is no superuser`)]),
  ...(isMigrated && !mayServeTenants
    ? [
        fail(
          `${user} is no member of troupe_tenant: the public API cannot read for tenants`,
          `as an administrator: grant troupe_tenant to "${user}"`,
        ),
      ]
    : []),
]

/** Of one node as these options make it: each worker thread its own, and a few for a process. */
const connectionFinding = (
  { maxConnections, connections }: ServerFacts,
  { processes, workerThreads, databaseConnections }: Options,
): Finding => {
  const threads = workerThreads === 0 ? availableParallelism() : processes * workerThreads
  const most = threads * databaseConnections + processes * connectionsOfProcess
  const found = `${String(connections)} of ${String(maxConnections)} connections are open; a node with these options opens up to ${String(most)}`
  return connections + most > maxConnections
    ? warn(
        found,
        'raise max_connections, or lower DATABASE_CONNECTIONS or WORKER_THREADS, before another node starts',
      )
    : ok(found)
}

/** Progress rows, commands, parked keys, timers, status reports, health. */
const connectionsOfProcess = 8
