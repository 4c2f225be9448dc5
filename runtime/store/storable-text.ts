/** What Postgres' types cannot hold of JavaScript's. */

/** Text has neither NUL nor half a surrogate pair there. */
export const storable = (text: string): string => text.replaceAll('\0', '\ufffd').toWellFormed()

/** As a literal of bytea. */
export const bytea = (bytes: Uint8Array | null): string | null =>
  bytes === null
    ? null
    : `\\x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')}`
