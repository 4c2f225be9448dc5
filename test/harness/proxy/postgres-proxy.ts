/**
 * A proxy before Postgres that can do to one COMMIT, of many connections, what networks and crashes do to it. It
 * knows the messages of the protocol, so that a fault hits what it is meant for, however the bytes are cut.
 */

import { CommitFaults, type ArmedFault, type CommitCondition, type CommitFault } from './commit-fault.ts'
import type { Address } from './link.ts'
import { PostgresInspector } from './postgres-inspector.ts'
import { TcpProxy, type ProxyMode } from './tcp-proxy.ts'

export interface PostgresProxyOptions {
  /** refuse: answers every request for TLS with no, by itself. pass: the server decides; a connection with TLS is only passed on. */
  readonly encryption?: 'refuse' | 'pass'
}

export class PostgresProxy {
  readonly #proxy: TcpProxy
  readonly #faults: CommitFaults

  static async start(target: Address, options: PostgresProxyOptions = {}): Promise<PostgresProxy> {
    const faults = new CommitFaults()
    const proxy = await TcpProxy.start(
      target,
      (link) => new PostgresInspector(link, faults, options.encryption ?? 'refuse'),
    )
    return new PostgresProxy(proxy, faults)
  }

  private constructor(proxy: TcpProxy, faults: CommitFaults) {
    this.#proxy = proxy
    this.#faults = faults
  }

  get port(): number {
    return this.#proxy.port
  }

  get mode(): ProxyMode {
    return this.#proxy.mode
  }

  get connections(): number {
    return this.#proxy.connections
  }

  /** COMMITs that clients sent so far, whatever became of them. */
  get commits(): number {
    return this.#faults.commits
  }

  /** The same address, through this proxy. */
  urlFor(url: string): string {
    return Object.assign(new URL(url), { hostname: '127.0.0.1', port: String(this.port) }).href
  }

  /** For one COMMIT. Several that are armed are asked in the order of arming. */
  arm(fault: CommitFault, condition: CommitCondition = {}): ArmedFault {
    return this.#faults.arm(fault, condition)
  }

  resetAll(): void {
    this.#proxy.resetAll()
  }

  freeze(): void {
    this.#proxy.freeze()
  }

  thaw(): void {
    this.#proxy.thaw()
  }

  async refuse(): Promise<void> {
    await this.#proxy.refuse()
  }

  async pass(): Promise<void> {
    await this.#proxy.pass()
  }

  async close(): Promise<void> {
    await this.#proxy.close()
  }
}
