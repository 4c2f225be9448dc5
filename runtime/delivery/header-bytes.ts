/**
 * A record's headers as bytes, exactly: in order, names twice, values that are no text or none at all.
 *
 *   headers := version header*            version: u8 = 1
 *   header  := nameLength name valueLength value
 *              nameLength: u32, name: UTF-8; valueLength: i32, -1 for none. Big-endian.
 */

export type HeaderList = readonly (readonly [name: string, value: Uint8Array | string | null])[]

const version = 1
const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

export const packHeaders = (headers: HeaderList): Uint8Array => {
  const parts = headers.map(
    ([name, value]) =>
      [encoder.encode(name), typeof value === 'string' ? encoder.encode(value) : value] as const,
  )
  const size = parts.reduce((sum, [name, value]) => sum + 8 + name.length + (value?.length ?? 0), 1)
  const bytes = new Uint8Array(size)
  const view = new DataView(bytes.buffer)
  view.setUint8(0, version)
  let at = 1
  for (const [name, value] of parts) {
    view.setUint32(at, name.length)
    bytes.set(name, at + 4)
    at += 4 + name.length
    view.setInt32(at, value?.length ?? -1)
    if (value !== null) bytes.set(value, at + 4)
    at += 4 + (value?.length ?? 0)
  }
  return bytes
}

/** Throws a RangeError when they are none that this version reads. */
export const unpackHeaders = (
  bytes: Uint8Array,
): readonly (readonly [name: string, value: Uint8Array | null])[] => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes[0] !== version)
    throw new RangeError(`headers of version ${String(bytes[0])}, not ${String(version)}`)
  const headers: [string, Uint8Array | null][] = []
  let at = 1
  const take = (length: number): Uint8Array => {
    if (at + length > bytes.length) throw new RangeError(`headers are cut off at ${String(bytes.length)}`)
    at += length
    return bytes.slice(at - length, at)
  }
  while (at < bytes.length) {
    const name = decoder.decode(take(view.getUint32(at, false) + 4).subarray(4))
    const length = view.getInt32(at)
    headers.push([name, length < 0 ? (take(4), null) : take(length + 4).subarray(4)])
  }
  return headers
}
