/** JSON that Postgres' jsonb takes: it has neither NUL nor half a surrogate pair; messages and keys may have both. */

import { storable } from './storable-text.ts'

export const storableJson = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => (typeof part === 'string' ? storable(part) : part))
