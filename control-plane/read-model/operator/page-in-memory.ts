/** A page of a list that is in memory and sorted by the position its cursors tell. */

import { type CursorList, decodeCursor, encodeCursor, type Positions } from '../cursor.ts'
import { boundedFirst, type Page, type PageArguments, pageOf } from '../page.ts'
import { compareKeys } from './cluster-picture.ts'

const defaultFirst = 20

/** Throws InputError when `first` or `after` is not one of this list. */
export const pageInMemory = <T, L extends CursorList>(
  items: readonly T[],
  list: L,
  positionOf: (item: T) => Positions[L],
  { first, after }: PageArguments,
): Page<T> => {
  const take = boundedFirst(first, defaultFirst)
  const from = decodeCursor(list, after, undefined)
  const begin = from === undefined ? 0 : items.findIndex((item) => compareKeys(positionOf(item), from) > 0)
  const rest = begin === -1 ? [] : items.slice(begin, begin + take + 1)
  return pageOf(rest, take, after, (item) => encodeCursor(list, positionOf(item)))
}
