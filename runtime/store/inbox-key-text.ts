/** A key of the inbox as text that Postgres can hold, whatever is in it: JSON escapes NUL and half surrogate pairs. */

import type { InboxKey } from '../delivery/index.ts'

export const printedInboxKey = (key: InboxKey | undefined): string | null =>
  key === undefined ? null : JSON.stringify([key.tenant, key.key])

export const parsedInboxKey = (text: string | null): InboxKey | undefined => {
  if (text === null) return undefined
  const [tenant, key] = JSON.parse(text) as readonly [string, string]
  return { tenant, key }
}
