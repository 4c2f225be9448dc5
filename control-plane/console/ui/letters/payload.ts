/** What is in a record, as people read it: JSON with its structure, text as text, all else byte by byte. */

export type Payload =
  | { readonly kind: 'none' }
  | { readonly kind: 'json'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'bytes'; readonly text: string; readonly bytes: number; readonly shown: number }

const mostBytes = 4_096
const bytesALine = 16

export const payloadOf = (valueText: string | null, valueBase64: string | null): Payload => {
  if (valueBase64 === null) return { kind: 'none' }
  if (valueText === null) return hexOf(Uint8Array.from(atob(valueBase64), (letter) => letter.charCodeAt(0)))
  try {
    return { kind: 'json', text: JSON.stringify(JSON.parse(valueText), null, 2) }
  } catch {
    return { kind: 'text', text: valueText }
  }
}

/** Offset, bytes, and what of them is ASCII, a line for sixteen. */
const hexOf = (all: Uint8Array): Payload => {
  const bytes = all.subarray(0, mostBytes)
  const lines: string[] = []
  for (let at = 0; at < bytes.length; at += bytesALine) {
    const line = [...bytes.subarray(at, at + bytesALine)]
    const hex = line.map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
    const ascii = line.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '·')).join('')
    lines.push(`${at.toString(16).padStart(4, '0')}  ${hex.padEnd(bytesALine * 3 - 1)}  ${ascii}`)
  }
  return { kind: 'bytes', text: lines.join('\n'), bytes: all.length, shown: bytes.length }
}
