/**
 * Cursors: where a list goes on. Opaque to clients, and only a position: they give no access, since every query is
 * bound to its tenant besides.
 *
 * Format: base64url of the JSON `[version, list, ...position]`.
 */

import { InputError } from './input-error.ts'

const version = 1

/** Where a list stands: a value for each column it is sorted by. */
export interface Positions {
  readonly packages: readonly [updatedAtMs: number, trackingId: string]
  readonly orders: readonly [updatedAtMs: number, orderId: string]
  readonly 'order-packages': readonly [trackingId: string]
  readonly history: readonly [occurredAtMs: number, step: number, eventId: string]
  readonly nodes: readonly [name: string]
  readonly processes: readonly [node: string, id: string]
  readonly actors: readonly [group: string, name: string]
  readonly groups: readonly [name: string]
  readonly partitions: readonly [group: string, topic: string, partition: number]
  readonly outcomes: readonly [group: string, actor: string, topic: string, partition: number]
  readonly commands: readonly [id: number]
  readonly audit: readonly [id: number]
  readonly parked: readonly [group: string, actor: string, topic: string, partition: number, key: string]
}

export type CursorList = keyof Positions

const kindsOf = {
  packages: ['time', 'text'],
  orders: ['time', 'text'],
  'order-packages': ['text'],
  history: ['time', 'small', 'text'],
  nodes: ['text'],
  processes: ['text', 'text'],
  actors: ['text', 'text'],
  groups: ['text'],
  partitions: ['text', 'text', 'whole'],
  outcomes: ['text', 'text', 'text', 'whole'],
  commands: ['whole'],
  audit: ['whole'],
  parked: ['text', 'text', 'text', 'whole', 'text'],
} as const satisfies Record<CursorList, readonly string[]>

/** Ids have at most 200 characters; no cursor of ours is longer. */
const maxLength = 2_000

export const encodeCursor = <L extends CursorList>(list: L, position: Positions[L]): string =>
  Buffer.from(JSON.stringify([version, list, ...(position as readonly unknown[])])).toString('base64url')

/** Without a cursor, `beginning`. Throws InputError for whatever `encodeCursor` did not make for this list. */
export const decodeCursor = <L extends CursorList, Beginning extends Positions[L] | undefined>(
  list: L,
  cursor: string | null | undefined,
  beginning: Beginning,
): Positions[L] | Beginning => {
  if (typeof cursor !== 'string') return beginning
  const parsed = cursor.length <= maxLength && /^[A-Za-z0-9_-]+$/.test(cursor) ? parse(cursor) : undefined
  if (Array.isArray(parsed)) {
    const [itsVersion, itsList, ...position] = parsed as readonly unknown[]
    const kinds = kindsOf[list]
    const fits =
      itsVersion === version &&
      itsList === list &&
      position.length === kinds.length &&
      kinds.every((kind, index) => isOf[kind](position[index]))
    if (fits) return position as unknown as Positions[L]
  }
  throw new InputError('"after" is no cursor of this list')
}

const isOf: Readonly<Record<'time' | 'small' | 'whole' | 'text', (value: unknown) => boolean>> = {
  time: (value) => Number.isInteger(value) && Math.abs(value as number) <= 8.64e15,
  small: (value) => Number.isInteger(value) && Math.abs(value as number) <= 32_767,
  whole: Number.isSafeInteger,
  text: (value) => typeof value === 'string' && !value.includes('\0'),
}

const parse = (cursor: string): unknown => {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  } catch {
    return undefined
  }
}
