/**
 * One connection through a proxy: what its client and its server say passes an inspector, which sends on what it
 * likes. Bytes are held on both ways while it is frozen; nobody notices but by the silence.
 */

import { connect, type Socket } from 'node:net'

/** Gets the bytes as they come, in any pieces. What it sends on is its own business. */
export interface Inspector {
  fromClient(bytes: Buffer): void
  fromServer(bytes: Buffer): void
  /** The connection is over on both sides. */
  ended?(): void
}

export interface Address {
  readonly host: string
  readonly port: number
}

export class Link {
  readonly #client: Socket
  #server: Socket | undefined
  readonly #target: Address
  readonly #inspector: Inspector
  #frozen = false
  #over = false
  /** What was sent on while it was frozen. */
  readonly #held: { readonly toServer: Buffer[]; readonly toClient: Buffer[] } = {
    toServer: [],
    toClient: [],
  }
  readonly #onEnd: (link: Link) => void

  /** `client` is paused: nothing of it is read before `open`. */
  constructor(
    client: Socket,
    target: Address,
    inspect: (link: Link) => Inspector,
    onEnd: (link: Link) => void,
  ) {
    this.#client = client
    this.#target = target
    this.#onEnd = onEnd
    this.#inspector = inspect(this)
    client.setNoDelay(true)
    client.on('data', (bytes) => {
      this.#inspector.fromClient(bytes)
    })
    client.on('end', () => this.#server?.end())
    client.on('error', () => this.cut())
    client.on('close', () => {
      this.#server?.end()
      this.#endIfClosed()
    })
  }

  get isFrozen(): boolean {
    return this.#frozen
  }

  /** Connects to the server and lets bytes through. */
  open(): void {
    if (this.#over || this.#server !== undefined) return
    // Half-open, as TCP is: who has said all may still hear.
    const server = connect({ ...this.#target, allowHalfOpen: true })
    this.#server = server
    server.setNoDelay(true)
    server.on('data', (bytes) => {
      this.#inspector.fromServer(bytes)
    })
    server.on('end', () => this.#client.end())
    // A server that is not there resets whoever asks: as near to a refusal as an accepted connection comes.
    server.on('error', () => this.cut())
    server.on('close', () => {
      this.#client.end()
      this.#endIfClosed()
    })
    this.#client.resume()
  }

  toServer(bytes: Buffer): void {
    if (this.#frozen) this.#held.toServer.push(bytes)
    else this.#write(bytes, this.#client, this.#server)
  }

  toClient(bytes: Buffer): void {
    if (this.#frozen) this.#held.toClient.push(bytes)
    else this.#write(bytes, this.#server, this.#client)
  }

  /** Holds all bytes both ways; also the news that one side is gone. */
  freeze(): void {
    this.#frozen = true
    this.#client.pause()
    this.#server?.pause()
  }

  thaw(): void {
    if (!this.#frozen) return
    this.#frozen = false
    this.open()
    for (const bytes of this.#held.toServer.splice(0)) this.toServer(bytes)
    for (const bytes of this.#held.toClient.splice(0)) this.toClient(bytes)
    this.#client.resume()
    this.#server?.resume()
  }

  /** Resets both sides: each learns of it at once, and what was under way is gone. */
  cut(): void {
    this.cutClient()
    this.cutServer()
  }

  /** The server learns nothing of it. */
  cutClient(): void {
    // Else its end would be told to the server.
    this.#client.removeAllListeners('close').on('close', () => {
      this.#endIfClosed()
    })
    this.#client.resetAndDestroy()
  }

  cutServer(): void {
    this.#server?.resetAndDestroy()
  }

  #endIfClosed(): void {
    if (this.#over || !this.#client.closed || this.#server?.closed === false) return
    this.#over = true
    this.#inspector.ended?.()
    this.#onEnd(this)
  }

  /** A reader that is slow slows its writer. */
  #write(bytes: Buffer, from: Socket | undefined, to: Socket | undefined): void {
    if (to === undefined || to.destroyed || to.writableEnded) return
    if (to.write(bytes)) return
    from?.pause()
    to.once('drain', () => {
      if (!this.#frozen) from?.resume()
    })
  }
}
