/** Packages as operators look for them: by the same read model as tenants, with the tenant given. */

import type { PageArguments } from '../read-model/page.ts'
import { pageOf } from '../read-model/page.ts'
import { historiesOf, packagesById, packagesOf } from '../read-model/tracking.ts'
import { isPossibleId } from '../read-model/tracking-filter.ts'
import type { Sql } from '../read-model/sql.ts'
import type { QueryPackagesArgs, QueryResolvers, TrackedScanResolvers } from './generated/resolver-types.ts'
import type { RequestContext } from './request-context.ts'

const mostScans = 25

export const trackingQueries = {
  packages: (_, args, { sql }) => packagesFound(sql, args),
  package: async (_, { tenant, trackingId }, { sql }) => packageOf(sql, tenant, trackingId),
  packageHistory: async (_, { tenant, trackingId, ...page }, { sql }) =>
    historyOf(sql, tenant, trackingId, page),
} satisfies QueryResolvers

/** Postgres texts hold no NUL: such a tenant, order or state has no package. */
const packagesFound = async (
  sql: Sql,
  { tenant, first, after, trackingId, ...filter }: QueryPackagesArgs,
) => {
  if (![tenant, filter.state ?? '', trackingId ?? ''].every(isPossibleId)) return none(after)
  if (typeof trackingId !== 'string') return packagesOf(sql, tenant, filter, { first, after })
  const found = await packageOf(sql, tenant, trackingId)
  const isWanted = [
    [filter.orderId, found?.orderId],
    [filter.state, found?.state],
  ].every(([wanted, is]) => typeof wanted !== 'string' || wanted === is)
  return pageOf(found && isWanted ? [found] : [], 1, after, ({ trackingId: id }) => id)
}

const none = (after: string | null | undefined) => pageOf<never>([], 1, after, () => '')

const packageOf = async (sql: Sql, tenant: string, trackingId: string) =>
  isPossibleId(tenant) ? (await packagesById(sql, tenant, [trackingId]))[0] : undefined

const historyOf = async (sql: Sql, tenant: string, of: string, { first, after }: PageArguments) => {
  if (!isPossibleId(tenant) || !isPossibleId(of)) return none(after)
  const [page] = await historiesOf(sql, tenant, [{ of, page: { first: first ?? mostScans, after } }])
  return page ?? none(after)
}

/** People may be named in what carriers write, and live where they deliver. */
const maySee = ({ role }: RequestContext): boolean => role !== 'viewer'

const TrackedScan: TrackedScanResolvers = {
  message: ({ message }, _, context) => (maySee(context) ? message : null),
  place: ({ location }, _, context) => {
    if (location === null || !maySee(context)) return null
    const { city, country } = location as { readonly city: string; readonly country: string | null }
    return [city, country].filter(Boolean).join(', ')
  },
}

export const trackingTypes = { TrackedScan }
