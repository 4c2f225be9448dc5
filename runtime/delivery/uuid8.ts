/** A UUID of version 8 (RFC 9562, 5.8) made of the first bits of a digest: the same for the same digest. */

/** `digest`: lower-case hex, 32 characters or more. */
export const uuid8 = (digest: string): string => {
  const variant = ((Number.parseInt(digest.charAt(16), 16) & 0x3) | 0x8).toString(16)
  return [
    digest.slice(0, 8),
    digest.slice(8, 12),
    `8${digest.slice(13, 16)}`,
    `${variant}${digest.slice(17, 20)}`,
    digest.slice(20, 32),
  ].join('-')
}
