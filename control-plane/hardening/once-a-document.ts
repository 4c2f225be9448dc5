/** What follows from a parsed query alone is found out once, for as long as the query is kept parsed. */

import type { DocumentNode } from 'graphql'

/** `find` may throw: then it is asked again the next time. */
export const onceADocument = <T>(find: (document: DocumentNode) => T): ((document: DocumentNode) => T) => {
  const found = new WeakMap<DocumentNode, { readonly value: T }>()
  return (document) => {
    const known = found.get(document)
    if (known !== undefined) return known.value
    const value = find(document)
    found.set(document, { value })
    return value
  }
}
