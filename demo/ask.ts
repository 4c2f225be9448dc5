/** The end of the trip: a client asks the public API about a package, and the demo says how to go on from here. */

import type { Feed } from './scan-generator.ts'

export interface DemoQuery {
  readonly url: string
  readonly tenant: string
  readonly key: string
  readonly query: string
}

/** Asks for a delivered package and prints question and answer. Throws when the API does not know it. */
export const askForPackage = async (
  url: string,
  keys: ReadonlyMap<string, string>,
  feed: Feed,
): Promise<DemoQuery> => {
  const parcel = feed.packages.find(({ state }) => state === 'DELIVERED') ?? feed.packages[0]
  const key = keys.get(parcel?.tenant ?? '')
  if (parcel === undefined || key === undefined) throw new Error('there is no package to ask for')
  const query =
    `{ package(trackingId: "${parcel.trackingId}") { state orderId carrier ` +
    'history(first: 3) { edges { node { time state message } } } } }'
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': key },
    body: JSON.stringify({ query }),
  })
  const answer = (await response.json()) as { data?: { package?: { state?: string } | null } }
  console.log(`\n${query}\n\n${JSON.stringify(answer, null, 2)}`)
  if (answer.data?.package?.state !== parcel.state)
    throw new Error(`the API does not show ${parcel.trackingId} as ${parcel.state}`)
  return { url, tenant: parcel.tenant, key, query }
}

export const printHowToGoOn = ({ url, tenant, key, query }: DemoQuery): void => {
  console.log(`
The public API serves until you stop this with Ctrl-C:

  URL            ${url}
  demo API key   ${key}   (tenant ${tenant})

  curl -s ${url} -H 'content-type: application/json' -H 'x-api-key: ${key}' \\
    -d '${JSON.stringify({ query })}'

The same on your own services, any of them:

  KAFKA_BROKERS=host:9092 SCHEMA_REGISTRY_URL=http://host:8081 DATABASE_URL=postgres://user:password@host/db make demo
`)
}
