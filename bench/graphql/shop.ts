/** The packages that both servers answer for. */

import type { Sql } from 'postgres'

export const tenant = 'bench'
export const packageCount = 100_000
export const connections = 10

export const trackingIdOf = (i: number): string => `trk-${i}`

/** A tenth of the packages are the one tenant's. Each of the many has under 200 of its own, under ids that others use too. */
const step = { one: 10, many: 640 } as const
export const manyTenants = 64
const nthTenant = (nth: number): string => `${tenant}-${nth}`

/** Whose clients ask: all one tenant's, or each another one's, so that nothing they ask is read together. */
export type Askers = keyof typeof step
export const tenantsOf = (askers: Askers): readonly string[] =>
  askers === 'one' ? [tenant] : Array.from({ length: manyTenants }, (_, nth) => nthTenant(nth))

export const fillPackages = async (sql: Sql): Promise<void> => {
  await sql`
    insert into tracking.packages (tenant, tracking_id, order_id, carrier, state, state_since, last_scan_at)
    select case when i % 10 = 0 then ${tenant} else 'other-' || i % 9 end, 'trk-' || i, 'order-' || i / 3, 'acme',
      'IN_TRANSIT', now(), now()
    from generate_series(0, ${packageCount - 1}) as i`
  await sql`
    insert into tracking.packages (tenant, tracking_id, order_id, carrier, state, state_since, last_scan_at)
    select ${nthTenant(0).slice(0, -1)} || nth, 'trk-' || i, 'order-' || i / 3, 'acme', 'IN_TRANSIT', now(), now()
    from generate_series(0, ${packageCount - 1}, ${step.many}::int) as i, generate_series(0, ${manyTenants - 1}) as nth`
  await sql`analyze tracking.packages`
}

/** One that whoever asks has. */
export const anyTrackingId = (askers: Askers): string =>
  trackingIdOf(Math.floor(Math.random() * Math.floor(packageCount / step[askers])) * step[askers])

export const query =
  'query ($id: ID!) { package(trackingId: $id) { trackingId orderId carrier state stateSince updatedAt } }'

/** What a server prints when it listens. */
export interface Listening {
  /** `http://host:port` */
  readonly url: string
  readonly askers: Askers
  /** For the header `authorization`, one for each tenant; '' where nobody asks. */
  readonly authorizations: readonly string[]
}
