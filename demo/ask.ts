/** The end of the trip: a client asks about a package, an operator about the processes, and the demo says how to go on. */

import { waitUntil } from '../test/harness/wait-until.ts'
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
  const answer = await ask(url, key, query)
  console.log(`\n${query}\n\n${JSON.stringify(answer, null, 2)}`)
  if (answer.data?.package?.state !== parcel.state)
    throw new Error(`the API does not show ${parcel.trackingId} as ${parcel.state}`)
  return { url, tenant: parcel.tenant, key, query }
}

interface Answer {
  readonly data?: {
    readonly package?: { readonly state?: string } | null
    readonly cluster?: { readonly silentProcesses: number; readonly lagRecords: number | null }
  }
}

/** What an operator sees by now: everything is handled, and the process that was killed is silent. */
export const askForCluster = async (url: string, key: string): Promise<void> => {
  const query = '{ cluster { liveProcesses silentProcesses lagRecords lagMs } }'
  const answer = await waitUntil(
    'the operators see the killed process silent and nothing left to do',
    async () => {
      const told = await ask(url, key, query)
      const { silentProcesses = 0, lagRecords = null } = told.data?.cluster ?? {}
      return silentProcesses > 0 && lagRecords === 0 ? told : undefined
    },
  )
  console.log(
    `\n${query}\n\n${JSON.stringify(answer, null, 2)}\n\nThe silent process is the one that was killed.`,
  )
}

const ask = async (url: string, key: string, query: string): Promise<Answer> => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ query }),
  })
  return (await response.json()) as Answer
}

export interface DemoOperator {
  readonly url: string
  readonly key: string
  /** Absent in production. */
  readonly explorer: string | undefined
}

export const printHowToGoOn = ({ url, tenant, key, query }: DemoQuery, operator: DemoOperator): void => {
  console.log(`
Both APIs serve until you stop this with Ctrl-C:

  for clients    ${url}
  demo API key   ${key}   (tenant ${tenant})
  for operators  ${operator.url}
  operator's key ${operator.key}${operator.explorer === undefined ? '' : `\n  in a browser   ${operator.explorer}`}

  curl -s ${url} -H 'content-type: application/json' -H 'x-api-key: ${key}' \\
    -d '${JSON.stringify({ query })}'

The same on your own services, any of them:

  KAFKA_BROKERS=host:9092 SCHEMA_REGISTRY_URL=http://host:8081 DATABASE_URL=postgres://user:password@host/db make demo
`)
}
