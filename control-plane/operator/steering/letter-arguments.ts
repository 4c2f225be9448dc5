/** Ids and filters as clients write them, checked. */

import type { DeadLetterFilter } from '../../../runtime/control/index.ts'
import { InputError } from '../../read-model/input-error.ts'
import type { DeadLetterFilter as Given } from '../generated/resolver-types.ts'

const mostIds = 500

/** Of a row: its number, written as GraphQL writes ids. Throws InputError for what is none. */
export const idOf = (id: string): number => {
  if (/^[1-9]\d{0,14}$/.test(id)) return Number(id)
  throw new InputError(`"${id.slice(0, 40)}" is no id`)
}

export const idsOf = (ids: readonly string[]): readonly number[] => {
  if (ids.length < 1 || ids.length > mostIds)
    throw new InputError(`1 to ${mostIds} ids can be given, not ${ids.length}`)
  return [...new Set(ids.map(idOf))]
}

export const filterOf = ({ from, to, ids, ...texts }: Given): DeadLetterFilter => ({
  ...Object.fromEntries(Object.entries(texts).filter(([, value]) => typeof value === 'string')),
  ...(from instanceof Date && { fromMs: from.getTime() }),
  ...(to instanceof Date && { toMs: to.getTime() }),
  ...(ids && { ids: idsOf(ids) }),
})
