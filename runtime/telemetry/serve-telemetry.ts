/**
 * /livez, /readyz and /metrics of a process, over plain HTTP. It is asked by machines of the same network and has no
 * key; it tells nothing of records, and takes nothing: GET and HEAD only, bounded in connections and in time.
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Liveness, Readiness } from '../control/index.ts'
import { messageOf, TroupeError } from '../errors.ts'

export interface ServeTelemetry {
  readonly host: string
  /** 0: a free one. */
  readonly port: number
  /** What an operator sets the port by; default TELEMETRY_PORT. */
  readonly portVariable?: string
  live(): Liveness
  ready(): readonly Readiness[]
  /** In Prometheus' text format. */
  metrics(): Promise<string>
}

export interface TelemetryServer {
  /** `http://host:port`. */
  readonly url: string
  /** Cuts what is still open: nobody may hold up a stop by a connection kept alive. */
  close(): Promise<void>
}

const maxConnections = 100
const requestMs = 5_000
const keepAliveMs = 5_000
const metricsType = 'text/plain; version=0.0.4; charset=utf-8'
const jsonType = 'application/json; charset=utf-8'
const textType = 'text/plain; charset=utf-8'

interface Answer {
  readonly status: number
  readonly type: string
  readonly body: string
}

/** Throws CONFIG_INVALID where the address can't be had, naming the options. */
export const serveTelemetry = async (served: ServeTelemetry): Promise<TelemetryServer> => {
  const server = createServer({
    requestTimeout: requestMs,
    headersTimeout: requestMs,
    keepAliveTimeout: keepAliveMs,
    connectionsCheckingInterval: 1_000,
    maxHeaderSize: 8_192,
  })
  server.maxConnections = maxConnections
  server.on('request', (request, response) => {
    void answer(served, request, response)
  })
  await listen(server, served)
  // It is the last thing to keep a process alive, and no reason to.
  server.unref()
  const { address, port, family } = server.address() as AddressInfo
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${String(port)}`,
    close: () => close(server),
  }
}

const listen = (
  server: Server,
  { host, port, portVariable = 'TELEMETRY_PORT' }: ServeTelemetry,
): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const sentence = `/livez, /readyz and /metrics cannot be served on ${host}:${String(port)} (TELEMETRY_HOST, ${portVariable}): ${messageOf(error)}`
      const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
      const remedy = `. Another process has it: give this one a ${portVariable} of its own, 0 for any free one`
      reject(new TroupeError('CONFIG_INVALID', taken ? sentence + remedy : sentence, { cause: error }))
    })
    server.listen({ host, port }, () => {
      // From here on an error is of the server itself; it must not end the process.
      server.removeAllListeners('error').on('error', () => undefined)
      resolve()
    })
  })

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })

const answer = async (
  served: ServeTelemetry,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const { status, type, body } = await answerTo(served, request)
  request.resume()
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    ...(status === 405 && { allow: 'GET, HEAD' }),
  })
  response.end(request.method === 'HEAD' ? undefined : body)
}

const answerTo = async (served: ServeTelemetry, { method, url = '/' }: IncomingMessage): Promise<Answer> => {
  if (method !== 'GET' && method !== 'HEAD') return text(405, 'Only GET and HEAD are answered here.')
  const [path = ''] = url.split('?')
  try {
    switch (path) {
      case '/livez':
        return liveness(served.live())
      case '/readyz':
        return readiness(served.ready())
      case '/metrics':
        return { status: 200, type: metricsType, body: await served.metrics() }
      default:
        return text(404, 'Nothing is here. There are /livez, /readyz and /metrics.')
    }
  } catch (error) {
    return text(500, `It could not be told: ${messageOf(error)}`)
  }
}

const liveness = ({ reasons }: Liveness): Answer =>
  reasons.length === 0 ? json(200, { live: true }) : json(503, { live: false, reasons })

const readiness = (checks: readonly Readiness[]): Answer => {
  const ready = checks.every((check) => check.ready)
  return json(ready ? 200 : 503, { ready, checks })
}

const json = (status: number, body: object): Answer => ({
  status,
  type: jsonType,
  body: `${JSON.stringify(body)}\n`,
})

const text = (status: number, body: string): Answer => ({ status, type: textType, body: `${body}\n` })
