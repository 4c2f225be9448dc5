/**
 * How keys look: `trp_`, 43 characters of base64url which are 256 random bits, and 6 hexadecimal digits of checksum. The
 * prefix makes a leaked key findable for secret scanners, the checksum lets them, and us, tell a key from what resembles
 * one without asking the database. Kept as a SHA-256 only: nobody can guess that many bits, so a slow hash would protect
 * nothing and cost time on every request.
 */

import { hash, randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'

const form = /^(trp_[A-Za-z0-9_-]{43})([0-9a-f]{6})?$/
const shownCharacters = 12

export const newKey = (): string => {
  const body = `trp_${randomBytes(32).toString('base64url')}`
  return body + checksumOf(body)
}

/** Keys were issued without a checksum once. */
export const isKey = (text: string): boolean => {
  const [, body, checksum] = form.exec(text) ?? []
  return body !== undefined && (checksum === undefined || checksum === checksumOf(body))
}

/** Its first characters, which tell keys apart in lists. */
export const shownOf = (key: string): string => key.slice(0, shownCharacters)

export const hashOf = (credential: string): string => hash('sha256', credential, 'hex')

const checksumOf = (body: string): string => crc32(body).toString(16).padStart(8, '0').slice(-6)
