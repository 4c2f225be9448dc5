/**
 * Postgres arrays as text, both ways: `{1,2}`, `{"a","b \"c\"",NULL}`, `{{1},{2}}`.
 * See https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO
 */

type Element = string | number | bigint | boolean | Date | null | undefined

/** Every element is quoted: what is in it never means anything. */
export const arrayLiteral = (elements: readonly Element[]): string => `{${elements.map(quoted).join(',')}}`

const quoted = (element: Element): string => {
  if (element === null || element === undefined) return 'NULL'
  const text = element instanceof Date ? element.toISOString() : String(element)
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`
}

/** Nested for more dimensions. Bounds that do not begin at 1 (`[0:1]={…}`) are left out. */
export const parseArray = (literal: string, parse: (text: string) => unknown): unknown[] => {
  let at = literal.indexOf('{')

  const readQuoted = (): string => {
    let text = ''
    for (at += 1; at < literal.length && literal[at] !== '"'; at += 1) {
      if (literal[at] === '\\') at += 1
      text += literal[at] ?? ''
    }
    at += 1
    return text
  }
  const readBare = (): string => {
    const start = at
    while (at < literal.length && literal[at] !== ',' && literal[at] !== '}') at += 1
    return literal.slice(start, at)
  }
  const readElement = (): unknown => {
    if (literal[at] === '{') return readArray()
    if (literal[at] === '"') return parse(readQuoted())
    const bare = readBare()
    return bare === 'NULL' ? null : parse(bare)
  }
  const readArray = (): unknown[] => {
    const elements: unknown[] = []
    at += 1
    while (at < literal.length && literal[at] !== '}') {
      elements.push(readElement())
      if (literal[at] === ',') at += 1
    }
    at += 1
    return elements
  }
  return readArray()
}
