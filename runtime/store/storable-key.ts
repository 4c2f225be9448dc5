/**
 * Keys come from outside and go into a primary key. Three kinds of text would make Postgres refuse the whole batch for
 * ever: with NUL in it, with half a surrogate pair (two such keys become one on the way), and longer than an index
 * entry may be. They are stored under a name made from them; all others, as good as all there are, as they are.
 */

import { createHash } from 'node:crypto'

/** An index entry has room for 2,704 bytes; a key shares it with group, actor and tenant. */
const maxKeyBytes = 1_000
/** Begins every name made here; a key that begins with it by itself gets a made name too, so that none are mixed up. */
const madeUp = '\u0001'

export const storableKey = (key: string, maxBytes = maxKeyBytes): string => {
  const plain = !key.includes('\0') && !key.startsWith(madeUp) && key.isWellFormed()
  // A UTF-16 unit is at most three bytes: short keys need no count.
  if (plain && (key.length * 3 <= maxBytes || Buffer.byteLength(key) <= maxBytes)) return key
  return `${madeUp}${createHash('sha256').update(Buffer.from(key, 'utf16le')).digest('hex')}`
}

export const storableTenant = (tenant: string): string => storableKey(tenant, 400)
