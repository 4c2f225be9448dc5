/**
 * Cuts a stream of Postgres's protocol, in whatever pieces it comes, into its messages. Format:
 * https://www.postgresql.org/docs/current/protocol-message-formats.html
 *
 *   before the start   length:int32 code:int32 …          the client's SSL, GSS and cancel requests, and its startup
 *                      one byte                           the server's answer to a request for SSL or GSS
 *   from then on       type:byte length:int32 …           length counts itself and not the type
 *
 * F1: the frames' bytes, one after the other, are the bytes of the stream: nothing is lost, added or changed.
 */

export interface Frame {
  /** The type's letter; startup, ssl-request, gss-request, cancel-request or encryption-answer where there is none. */
  readonly type: string
  /** With type and length. */
  readonly bytes: Buffer
}

const codes: Readonly<Record<number, string>> = {
  80877102: 'cancel-request',
  80877103: 'ssl-request',
  80877104: 'gss-request',
}

/** Postgres's own bounds: what is beyond is no message of its protocol. */
const maxUntypedBytes = 10_000
const maxTypedBytes = 0x3fff_ffff

export class FrameReader {
  #pieces: Buffer[] = []
  #bytes = 0
  /** How many bytes the next frame takes, as far as known. */
  #wanted: number
  #mode: 'untyped' | 'typed' | 'answer'

  constructor(side: 'client' | 'server') {
    this.#mode = side === 'client' ? 'untyped' : 'typed'
    this.#wanted = this.#headerBytes()
  }

  /** Of a server: the next byte answers a request for encryption. */
  expectAnswer(): void {
    this.#mode = 'answer'
    this.#wanted = 1
  }

  /** Frames that are complete with this piece. Throws when this is not Postgres's protocol. */
  push(piece: Buffer): readonly Frame[] {
    this.#pieces.push(piece)
    this.#bytes += piece.length
    const frames: Frame[] = []
    for (let frame = this.#next(); frame !== undefined; frame = this.#next()) frames.push(frame)
    return frames
  }

  /** What came of a frame that is not complete; it is forgotten here. */
  rest(): Buffer {
    const rest = Buffer.concat(this.#pieces)
    this.#pieces = []
    this.#bytes = 0
    return rest
  }

  #next(): Frame | undefined {
    if (this.#bytes < this.#wanted) return undefined
    // Joined only when there is something to read: a long message comes in many pieces.
    const held = this.#pieces.length === 1 ? this.#pieces[0]! : Buffer.concat(this.#pieces)
    this.#pieces = [held]
    const bytes = this.#lengthOf(held)
    this.#wanted = bytes
    if (held.length < bytes) return undefined
    const frame = { type: this.#typeOf(held), bytes: held.subarray(0, bytes) }
    this.#pieces = held.length === bytes ? [] : [held.subarray(bytes)]
    this.#bytes = held.length - bytes
    if (frame.type === 'startup' || frame.type === 'encryption-answer') this.#mode = 'typed'
    this.#wanted = this.#headerBytes()
    return frame
  }

  #headerBytes(): number {
    return this.#mode === 'untyped' ? 8 : 5
  }

  #lengthOf(held: Buffer): number {
    switch (this.#mode) {
      case 'answer':
        return 1
      case 'untyped':
        return checked(held.readInt32BE(0), 8, maxUntypedBytes)
      case 'typed':
        return checked(held.readInt32BE(1), 4, maxTypedBytes) + 1
    }
  }

  #typeOf(held: Buffer): string {
    switch (this.#mode) {
      case 'answer':
        return 'encryption-answer'
      case 'untyped':
        return codes[held.readInt32BE(4)] ?? 'startup'
      case 'typed':
        return String.fromCharCode(held[0] ?? 0)
    }
  }
}

const checked = (length: number, min: number, max: number): number => {
  if (length >= min && length <= max) return length
  throw new Error(`not Postgres's protocol: a message of ${String(length)} bytes`)
}

/** The text that ends with a zero byte, and where it ends. */
export const textAt = (bytes: Buffer, from: number): { readonly text: string; readonly end: number } => {
  const zero = bytes.indexOf(0, from)
  const end = zero < 0 ? bytes.length : zero
  return { text: bytes.toString('utf8', from, end), end: end + 1 }
}
