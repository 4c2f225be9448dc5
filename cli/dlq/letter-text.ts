/** Dead letters as people and programs read them. */

import { isUtf8 } from 'node:buffer'

import type { DeadLetterSummary, StoredDeadLetter } from '../../runtime/delivery/index.ts'
import { printable, shortened, textTable, timeText } from '../text-table.ts'

export const letterTable = (letters: readonly DeadLetterSummary[]): string =>
  textTable(
    ['ID', 'FAILED AT', 'ACTOR', 'RECORD', 'KEY', 'STATE', 'TRIES', 'ERROR', 'MESSAGE'],
    letters.map((letter) => [
      String(letter.id),
      timeText(letter.failedAtMs),
      letter.actor,
      `${letter.topic}/${String(letter.partition)}@${String(letter.offset)}`,
      shortened(letter.key ?? '–', 24),
      letter.state,
      String(letter.attempts),
      shortened(letter.errorClass, 24),
      shortened(letter.message, 80),
    ]),
  )

export const letterText = (letter: StoredDeadLetter): string => {
  const { original, receipts } = letter
  const facts: readonly (readonly [string, string])[] = [
    ['id', String(letter.id)],
    ['state', letter.state],
    ['group', letter.group],
    ['actor', letter.actorVersion === undefined ? letter.actor : `${letter.actor} ${letter.actorVersion}`],
    ['record', `${letter.topic}/${String(letter.partition)}@${String(letter.offset)}`],
    ['key', letter.key ?? '–'],
    ['event', `${letter.eventType || '–'} ${letter.eventId}`],
    ['tenant', letter.tenant || '–'],
    ['correlation id', letter.correlationId || '–'],
    ['trace id', letter.traceId ?? '–'],
    ['failed at', timeText(letter.failedAtMs)],
    [
      'outcome',
      `${letter.outcome} after ${String(letter.attempts)} attempts, redriven ${String(letter.redrives)} times before`,
    ],
    ['error', [letter.errorClass, letter.errorCode].filter(Boolean).join(' ')],
    ['message', letter.message],
  ]
  const width = Math.max(...facts.map(([name]) => name.length))
  return [
    ...facts.map(([name, value]) => `${name.padEnd(width)}  ${printable(value)}`),
    ...section('stack', letter.stack.split('\n')),
    ...section(
      'headers',
      original.headers.map(([name, value]) => `${name}: ${value === null ? '(none)' : shown(value)}`),
    ),
    ...section('value', [original.value === null ? '(tombstone)' : shown(original.value)]),
    ...section(
      'receipts',
      receipts.map(({ atMs, outcome, by, reason, producedTo }) =>
        [
          timeText(atMs),
          outcome,
          `by ${by}: ${reason}`,
          producedTo && `→ ${producedTo.topic}/${String(producedTo.partition)}@${String(producedTo.offset)}`,
        ]
          .filter(Boolean)
          .join(' '),
      ),
    ),
  ].join('\n')
}

const section = (title: string, lines: readonly string[]): readonly string[] => {
  const filled = lines.map(printable).filter((line) => line !== '')
  return filled.length === 0 ? [] : ['', `${title}:`, ...filled.map((line) => `  ${line}`)]
}

const mostBytes = 4_000

const shown = (value: Uint8Array | string): string => {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value
  if (isUtf8(bytes) && !bytes.includes(0)) return shortened(Buffer.from(bytes).toString(), mostBytes)
  const hex = Buffer.from(bytes.subarray(0, mostBytes)).toString('hex')
  return `${String(bytes.length)} bytes, as hex: ${hex}${bytes.length > mostBytes ? '…' : ''}`
}

/** Bytes as base64. */
export const letterJson = ({ original, ...letter }: StoredDeadLetter): object => ({
  ...letter,
  timestamp: original.timestamp < 0 ? null : original.timestamp,
  keyBytes: base64(original.key),
  valueBytes: base64(original.value),
  headers: original.headers.map(([name, value]) => ({ name, valueBytes: base64(value) })),
})

const base64 = (bytes: Uint8Array | string | null): string | null =>
  bytes === null ? null : Buffer.from(bytes).toString('base64')
