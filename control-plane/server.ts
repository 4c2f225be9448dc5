/** The control plane's process: its connections to Postgres, the two APIs and their ports, and how they stop. */

import type { FastifyInstance } from 'fastify'

import type { RecordSource } from '../runtime/control/index.ts'
import { hear, openDatabase } from '../runtime/store/index.ts'
import type { Log } from '../runtime/telemetry/index.ts'
import { type AccessSettings, accessOf } from './access-settings.ts'
import { operatorConsole } from './console/console.ts'
import { explorer, type ExplorerOptions } from './explorer/explorer.ts'
import { firstQueries } from './explorer/first-queries.ts'
import { closeServer, httpServer, listen } from './hardening/http-server.ts'
import { operatorApi } from './operator/api.ts'
import { pruneLongAgo } from './operator/steering/pruning.ts'
import { openOperatorStores } from './operator/stores.ts'
import { publicApi } from './public/api.ts'
import { listenToPackages } from './read-model/package-watch.ts'

export interface ControlPlaneOptions {
  readonly databaseUrl: string
  readonly databaseConnections: number
  readonly publicApiHost: string
  /** 0: a free one. */
  readonly publicApiPort: number
  readonly operatorApiHost: string
  /** 0: a free one. */
  readonly operatorApiPort: number
  /** Whether both APIs have an explorer beside them, and tell their schemas. */
  readonly explorer: boolean
  readonly access?: AccessSettings
  /** How long commands are kept; default: for ever. */
  readonly commandDays?: number
  /** Of the log, for operators; closed with the server. Default: none are shown. */
  readonly records?: RecordSource | undefined
}

export interface ControlPlane {
  /** Where the public API listens: `http://host:port`. */
  readonly publicUrl: string
  /** Where the operators' API listens. */
  readonly operatorUrl: string
  /** Answers what is under way, then closes; after 5 s whatever is still open is cut. */
  stop(): Promise<void>
}

export const startControlPlane = async (options: ControlPlaneOptions, log: Log): Promise<ControlPlane> => {
  const database = openDatabase({
    url: options.databaseUrl,
    applicationName: 'troupe-control-plane',
    maxConnections: options.databaseConnections,
    // Every query reads a page by its index; what takes longer is something else's fault, and must not pile up.
    statementTimeoutMs: 3_000,
  })
  const { sql, tenantSql } = database
  const stores = openOperatorStores(options.databaseUrl)
  const introspection = options.explorer
  const settings = options.access ?? {}
  const forTenants = httpServer(log, settings.trustedProxies)
  const forOperators = httpServer(log, settings.trustedProxies)
  const { commandDays } = options
  const endPruning = commandDays === undefined ? nothing : pruneLongAgo(stores, commandDays, log)
  const close = once(async () => {
    await endPruning()
    // What they answer comes from the database: it goes last.
    await Promise.allSettled([closeServer(forTenants), closeServer(forOperators)])
    await Promise.all([database.close(), stores.close(), options.records?.close()])
  })
  try {
    const { access, requestsPerMinute, persistedQueries } = await accessOf(sql, settings)
    await forTenants.register(publicApi, {
      ...{ access, sql, tenantSql, log, introspection, requestsPerMinute, persistedQueries },
      hear: (onNotify, onBegin) =>
        hear({
          url: options.databaseUrl,
          applicationName: 'troupe',
          listen: listenToPackages,
          onNotify,
          onBegin,
        }),
    })
    await forOperators.register(operatorApi, {
      ...{ access, sql, stores, log, introspection, requestsPerMinute },
      records: options.records,
    })
    await forOperators.register(operatorConsole, {})
    if (options.explorer) {
      await addExplorer(forTenants, { query: firstQueries.public })
      await addExplorer(forOperators, { query: firstQueries.operator })
    }
    const publicUrl = await listen(
      forTenants,
      { host: options.publicApiHost, port: options.publicApiPort },
      { api: 'the public API', variables: 'PUBLIC_API_HOST, PUBLIC_API_PORT' },
    )
    const operatorUrl = await listen(
      forOperators,
      { host: options.operatorApiHost, port: options.operatorApiPort },
      { api: "the operators' API", variables: 'OPERATOR_API_HOST, OPERATOR_API_PORT' },
    )
    return { publicUrl, operatorUrl, stop: close }
  } catch (error) {
    await close()
    throw error
  }
}

/** In a scope of its own. */
const addExplorer = async (app: FastifyInstance, options: ExplorerOptions): Promise<void> => {
  await app.register(explorer, options)
}

const nothing = (): Promise<void> => Promise.resolve()

const once = (work: () => Promise<void>): (() => Promise<void>) => {
  let done: Promise<void> | undefined
  return () => (done ??= work())
}
