/** Asks a server for packages by id, over connections that are kept, as fast as it answers. */

import { Agent, request } from 'node:http'
import { anyTrackingId, query, type Listening } from './shop.ts'

const clients = 64
const warmUpMs = 3_000

/** Answers a second, over `seconds` after a warm-up. Throws at an answer without the package. */
export const saturate = async (server: Listening, seconds: number): Promise<number> => {
  const agent = new Agent({ keepAlive: true, maxSockets: clients })
  const began = performance.now()
  const countFrom = began + warmUpMs
  const endAt = countFrom + seconds * 1_000
  let answers = 0
  const client = async (nth: number): Promise<void> => {
    const authorization = server.authorizations[nth % server.authorizations.length] ?? ''
    for (let now = began; now < endAt; now = performance.now()) {
      await ask(agent, server, authorization)
      if (performance.now() >= countFrom) answers += 1
    }
  }
  await Promise.all(Array.from({ length: clients }, (_, nth) => client(nth)))
  agent.destroy()
  return answers / ((performance.now() - countFrom) / 1_000)
}

const ask = (agent: Agent, { url, askers }: Listening, authorization: string): Promise<void> =>
  new Promise((answered, failed) => {
    const id = anyTrackingId(askers)
    const body = JSON.stringify({ query, variables: { id } })
    const asked = request(
      `${url}/graphql`,
      {
        agent,
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          ...(authorization !== '' && { authorization }),
        },
      },
      (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => (text += chunk))
        response.on('error', failed)
        response.on('end', () => {
          if (text.includes(`"trackingId":"${id}"`)) answered()
          else failed(new Error(`no package in the answer: ${text.slice(0, 300)}`))
        })
      },
    )
    asked.on('error', failed)
    asked.end(body)
  })
