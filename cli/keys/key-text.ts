/** API keys as people read them. */

import type { ListedKey } from '../../control-plane/auth/api-key.ts'
import { textTable, timeText } from '../text-table.ts'

export const keyTable = (keys: readonly ListedKey[]): string =>
  textTable(
    ['PREFIX', 'STATE', 'OPENS', 'SCOPES', 'CREATED', 'EXPIRES', 'LAST USED', 'NAME'],
    keys.map((key) => [
      key.prefix,
      key.state,
      key.tenant === null ? `operators' API as ${key.role}` : `public API for ${key.tenant}`,
      key.scopes?.join(' ') ?? 'all',
      momentText(key.createdAt),
      momentText(key.expiresAt),
      momentText(key.lastUsedAt),
      key.name,
    ]),
  )

const momentText = (at: Date | null): string => (at === null ? '–' : timeText(at.getTime()))
