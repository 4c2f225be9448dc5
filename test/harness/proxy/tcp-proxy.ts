/**
 * A proxy before a server: it passes bytes, and on demand resets, freezes or refuses its connections. For Kafka its
 * port must be the one that the broker advertises, or clients go around it.
 */

import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { Link, type Address, type Inspector } from './link.ts'

/** pass · frozen: connections are taken and silent, old and new · refuse: there are none, and nobody gets one */
export type ProxyMode = 'pass' | 'frozen' | 'refuse'

export type Inspect = (link: Link) => Inspector

export class TcpProxy {
  readonly port: number
  readonly #target: Address
  readonly #inspect: Inspect
  readonly #server: ReturnType<typeof createServer>
  readonly #links = new Set<Link>()
  #mode: ProxyMode = 'pass'
  /** Connections taken so far. */
  accepted = 0
  /** Connections that it reset by `resetAll` and `refuse`. */
  reset = 0

  static async start(target: Address, inspect: Inspect = passing): Promise<TcpProxy> {
    const server = createServer({ pauseOnConnect: true, allowHalfOpen: true })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new TcpProxy(server, target, inspect)
  }

  private constructor(server: ReturnType<typeof createServer>, target: Address, inspect: Inspect) {
    this.#server = server
    this.#target = target
    this.#inspect = inspect
    this.port = (server.address() as AddressInfo).port
    server.on('connection', (client) => {
      this.#take(client)
    })
  }

  get mode(): ProxyMode {
    return this.#mode
  }

  /** Open now. */
  get connections(): number {
    return this.#links.size
  }

  /** All at once, by RST; new ones are served as before. */
  resetAll(): void {
    for (const link of [...this.#links]) {
      this.reset += 1
      link.cut()
    }
  }

  freeze(): void {
    if (this.#mode === 'refuse') throw new Error('a proxy that refuses has nothing to freeze')
    this.#mode = 'frozen'
    for (const link of this.#links) link.freeze()
  }

  /** What was held goes on; also on connections that a fault of their own had frozen. */
  thaw(): void {
    if (this.#mode === 'frozen') this.#mode = 'pass'
    for (const link of this.#links) link.thaw()
  }

  /** Resets what there is and closes the port: clients see what they see of a server that is down. */
  async refuse(): Promise<void> {
    if (this.#mode === 'refuse') return
    this.#mode = 'refuse'
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.resetAll()
    await closed
  }

  /** Ends `freeze` or `refuse`. */
  async pass(): Promise<void> {
    if (this.#mode === 'refuse') {
      this.#server.listen(this.port, '127.0.0.1')
      await once(this.#server, 'listening')
    }
    this.#mode = 'pass'
    this.thaw()
  }

  async close(): Promise<void> {
    await this.refuse()
  }

  #take(client: Socket): void {
    this.accepted += 1
    const link = new Link(client, this.#target, this.#inspect, (ended) => this.#links.delete(ended))
    this.#links.add(link)
    // One that came in the moment of closing.
    if (this.#mode === 'refuse') link.cut()
    else if (this.#mode === 'frozen') link.freeze()
    else link.open()
  }
}

const passing: Inspect = (link) => ({
  fromClient: (bytes) => {
    link.toServer(bytes)
  },
  fromServer: (bytes) => {
    link.toClient(bytes)
  },
})
