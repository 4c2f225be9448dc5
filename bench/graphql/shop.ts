/** The packages that both servers answer for. */

import type { Sql } from 'postgres'

export const tenant = 'bench'
export const packageCount = 100_000
export const connections = 10

export const trackingIdOf = (i: number): string => `trk-${i}`

/** A tenth of them are the tenant's. */
export const fillPackages = async (sql: Sql): Promise<void> => {
  await sql`
    insert into tracking.packages (tenant, tracking_id, order_id, carrier, state, state_since, last_scan_at)
    select case when i % 10 = 0 then ${tenant} else 'other-' || i % 9 end, 'trk-' || i, 'order-' || i / 3, 'acme',
      'IN_TRANSIT', now(), now()
    from generate_series(0, ${packageCount - 1}) as i`
  await sql`analyze tracking.packages`
}

/** Those of the tenant. */
export const anyTrackingId = (): string => trackingIdOf(Math.floor(Math.random() * (packageCount / 10)) * 10)

export const query =
  'query ($id: ID!) { package(trackingId: $id) { trackingId orderId carrier state stateSince updatedAt } }'

/** What a server prints when it listens. */
export interface Listening {
  /** `http://host:port` */
  readonly url: string
  /** For the header `authorization`; '' where nobody asks. */
  readonly authorization: string
}
