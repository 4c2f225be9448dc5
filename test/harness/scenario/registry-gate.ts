/** A schema registry that can be away, in each of the ways registries are: a proxy before an embedded one. */

import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { startEmbeddedRegistry } from '../../../runtime/registry/index.ts'

/**
 * cut: refuses connections · failing: answers 503 · garbage: answers 200 and no JSON · silent: does not answer ·
 * slow: answers, after a time that those who ask wait for
 */
export type RegistryMode = 'open' | 'cut' | 'failing' | 'garbage' | 'silent' | 'slow'

const slowMs = 2_000

export class RegistryGate {
  readonly url: string
  readonly #port: number
  readonly #server: ReturnType<typeof createServer>
  readonly #behind: Awaited<ReturnType<typeof startEmbeddedRegistry>>
  #mode: RegistryMode = 'open'
  /** Requests that came while it was not open. */
  refused = 0

  static async start(): Promise<RegistryGate> {
    const behind = await startEmbeddedRegistry()
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new RegistryGate(server, behind)
  }

  private constructor(
    server: ReturnType<typeof createServer>,
    behind: Awaited<ReturnType<typeof startEmbeddedRegistry>>,
  ) {
    this.#server = server
    this.#behind = behind
    this.#port = (server.address() as AddressInfo).port
    this.url = `http://127.0.0.1:${String(this.#port)}`
    server.on('request', (request, response) => {
      // Whoever asked may have gone, or was sent away when the mode changed.
      this.#answer(request, response).catch(() => response.destroy())
    })
  }

  async set(mode: RegistryMode): Promise<void> {
    const wasCut = this.#mode === 'cut'
    this.#mode = mode
    // Whoever waits for an answer learns that there is none.
    this.#server.closeAllConnections()
    if (mode === 'cut' && !wasCut) {
      const closed = once(this.#server, 'close')
      this.#server.close()
      await closed
    }
    if (mode !== 'cut' && wasCut) {
      this.#server.listen(this.#port, '127.0.0.1')
      await once(this.#server, 'listening')
    }
  }

  async close(): Promise<void> {
    await this.set('cut')
    await this.#behind.close()
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.#mode !== 'open') this.refused += 1
    switch (this.#mode) {
      case 'open':
        await this.#forward(request, response)
        return
      case 'failing':
        response.writeHead(503).end('{"error_code":50003,"message":"not now"}')
        return
      case 'garbage':
        response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Please log in</html>')
        return
      case 'slow':
        await delay(slowMs)
        await this.#forward(request, response)
        return
      case 'cut':
      case 'silent':
        return
    }
  }

  async #forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
    const { method = 'GET', url = '/', headers } = request
    const answer = await fetch(this.#behind.url + url, {
      method,
      headers: { 'content-type': headers['content-type'] ?? 'application/json' },
      ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
    })
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' })
    response.end(Buffer.from(await answer.arrayBuffer()))
  }
}
