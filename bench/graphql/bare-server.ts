/** What mercurius alone costs: one resolver with the same statement, compiled by graphql-jit; nobody is asked who it is. */

import { fastify } from 'fastify'
import mercurius from 'mercurius'
import postgres from 'postgres'
import { connections, tenant, type Listening } from './shop.ts'

const sql = postgres(process.env['DATABASE_URL'] ?? '', { max: connections })
const schema = `
  type Package {
    trackingId: ID!
    orderId: ID!
    carrier: String!
    state: String!
    stateSince: String!
    updatedAt: String!
  }
  type Query { package(trackingId: ID!): Package }`

const app = fastify()
await app.register(mercurius, {
  schema,
  jit: 1,
  resolvers: {
    Query: {
      package: async (_: unknown, { trackingId }: { readonly trackingId: string }) => {
        const [row] = await sql`
          select tracking_id as "trackingId", order_id as "orderId", carrier, state,
            state_since as "stateSince", updated_at as "updatedAt"
          from tracking.packages where tenant = ${tenant} and tracking_id = ${trackingId}`
        return row
      },
    },
    Package: {
      stateSince: ({ stateSince }: { readonly stateSince: Date }) => stateSince.toISOString(),
      updatedAt: ({ updatedAt }: { readonly updatedAt: Date }) => updatedAt.toISOString(),
    },
  },
})
const url = await app.listen({ host: '127.0.0.1', port: 0 })
console.log(JSON.stringify({ url, askers: 'one', authorizations: [''] } satisfies Listening))
