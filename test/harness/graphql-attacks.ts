/**
 * Requests that are meant to harm, in the words of one schema: every API is asked all of them, and refuses each before it
 * executes anything.
 */

/** What an attack needs to know of a schema. */
export interface Words {
  /** A paged list of the query type. */
  readonly list: string
  /** What it lists. */
  readonly type: string
  /** A field of that which is a single value. */
  readonly leaf: string
  /** Another paged list below it, with arguments `(first: …)` or ''. */
  readonly below: (args: string) => string
  /** A field of the query type that takes an id. */
  readonly one: (id: string) => string
  /** A valid query of a depth that is too much. */
  readonly tooDeep: string
  /** `query ($s: SomeEnum) { … }`. */
  readonly byEnum: string
}

export type Attack = readonly [
  name: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  status: number,
]

const rows = (count: number, make: (n: number) => string): string =>
  Array.from({ length: count }, (_, n) => make(n)).join(' ')

const doubling = (levels: number, { list, type }: Words, innermost: string): string =>
  `{ ${list} { nodes { ...F0 } } } ${rows(levels, (n) => `fragment F${n} on ${type} { ...F${n + 1} ...F${n + 1} }`)} fragment F${levels} on ${type} { ${innermost} }`

const astOf = (fields: number): string =>
  JSON.stringify({
    kind: 'Document',
    definitions: [
      {
        kind: 'OperationDefinition',
        operation: 'query',
        selectionSet: {
          kind: 'SelectionSet',
          selections: Array.from({ length: fields }, () => ({
            kind: 'Field',
            name: { kind: 'Name', value: '__typename' },
          })),
        },
      },
    ],
  })

const json = { 'content-type': 'application/json' }
const q = (query: string, rest: object = {}): string => JSON.stringify({ query, ...rest })

export const attacksOn = (words: Words): readonly Attack[] => {
  const { list, type, leaf, below, one } = words
  const nested = (first: string): string =>
    `${list}(first: ${first}) { nodes { ${below(`(first: ${first})`)} } }`
  return [
    ['doubling fragments', q(doubling(25, words, leaf)), json, 400],
    ['doubling fragments that cost objects', q(doubling(20, words, below(''))), json, 400],
    ['2,000 aliases', q(`{ ${rows(2_000, (n) => `a${n}:${list}{nodes{${leaf}}}`)} }`), json, 400],
    ['60 aliases', q(`{ ${rows(60, (n) => `a${n}: ${one('"P1"')}`)} }`), json, 400],
    ['aliases of __typename', q(`{ ${rows(300, (n) => `a${n}: __typename`)} }`), json, 400],
    [
      'aliases in a fragment',
      q(`{ ...F } fragment F on Query { ${rows(60, (n) => `a${n}: ${one('"P1"')}`)} }`),
      json,
      400,
    ],
    ['deep nesting', q('{'.repeat(400) + '}'.repeat(400)), json, 400],
    ['deep nesting of brackets', q(`{ ${one('['.repeat(900))}`), json, 400],
    [
      'deep inline fragments',
      q(`{ ${'... on Query { '.repeat(240)} __typename ${'}'.repeat(240)} }`),
      json,
      400,
    ],
    ['valid but too deep', q(words.tooDeep), json, 400],
    [
      'directives flood',
      q(`{ ${list} { nodes { ${leaf} ${'@include(if: true) '.repeat(150)} } } }`),
      json,
      400,
    ],
    [
      'directives on many fields',
      q(`{ ${list} { nodes { ${`${leaf} @include(if: true) `.repeat(60)} } } }`),
      json,
      400,
    ],
    ['unknown directives flood', q(`{ __typename ${'@a '.repeat(300)} }`), json, 400],
    ['too many objects', q(`{ ${nested('100')} }`), json, 400],
    [
      'too many objects by variables',
      q(`query ($n: Int) { ${nested('$n')} }`, {
        variables: { n: 100 },
      }),
      json,
      400,
    ],
    ['too many objects by a default', q(`query ($n: Int = 100) { ${nested('$n')} }`), json, 400],
    [
      'too many objects, the default of another operation small',
      q(
        `query A($n: Int = 100) { ${nested('$n')} } query B($n: Int = 1) { ${list}(first: $n) { nodes { ${leaf} } } }`,
        { operationName: 'A' },
      ),
      json,
      400,
    ],
    ['too many tokens', q(`{ ${'__typename '.repeat(1_100)} }`), json, 400],
    ['a parsed document instead of a query', q(astOf(500)), json, 400],
    ['JSON instead of a query', q('5'), json, 400],
    ['fields that are not there', q(`{ ${rows(400, (n) => `f${n}`)} }`), json, 400],
    ['a name of 60 KB', q(`{ ${'n'.repeat(60_000)} }`), json, 400],
    ['overlapping fields', q(`{ ${`${list} { nodes { ${below('')} } } `.repeat(70)} }`), json, 400],
    [
      'overlapping fields in fragments first',
      q(
        `${rows(80, (n) => `fragment F${n} on Query { ${list} { nodes { ...G } } }`)} fragment G on ${type} { ${below('')} } { ${rows(80, (n) => `...F${n}`)} }`,
      ),
      json,
      400,
    ],
    ['big body', q(`{ __typename } #${'x'.repeat(70_000)}`), json, 413],
    ['introspection', q('{ __schema { types { name fields { name } } } }'), json, 400],
    ['introspection of a type', q(`{ __type(name: "${type}") { fields { name } } }`), json, 400],
    ['suggestions', q(`{ ${list}z { nodes { ${leaf} } } }`), json, 400],
    [
      'batched array',
      JSON.stringify(Array.from({ length: 500 }, () => ({ query: '{ __typename }' }))),
      json,
      400,
    ],
    ['form (CSRF)', 'query={__typename}', { 'content-type': 'application/x-www-form-urlencoded' }, 400],
    ['plain text (CSRF)', q('{ __typename }'), { 'content-type': 'text/plain' }, 400],
    [
      'plain text with a preflight header',
      q('{ __typename }'),
      { 'content-type': 'text/plain', 'mercurius-require-preflight': '1' },
      400,
    ],
    ['multipart (CSRF)', '--x\r\n\r\n--x--', { 'content-type': 'multipart/form-data; boundary=x' }, 400],
    ['GraphQL as a content type', '{ __typename }', { 'content-type': 'application/graphql' }, 400],
    [
      'circular fragments',
      q(`{ ${list} { nodes { ...A } } } fragment A on ${type} { ...B } fragment B on ${type} { ...A }`),
      json,
      400,
    ],
    [
      'a fragment within itself',
      q(`{ ...A } fragment A on Query { ...A ${list} { nodes { ${leaf} } } }`),
      json,
      400,
    ],
    ['huge variables', q('{ __typename }', { variables: { a: 'x'.repeat(70_000) } }), json, 413],
    [
      'a huge variable of the wrong type',
      q(`query ($id: ID!) { ${one('$id')} }`, {
        variables: { id: [rows(9_000, (n) => String(n))] },
      }),
      json,
      400,
    ],
    [
      'deep variables',
      `{"query":"${words.byEnum}","variables":{"s":${'['.repeat(20_000)}${']'.repeat(20_000)}}}`,
      json,
      400,
    ],
    ['variables that are a list', q('{ __typename }', { variables: [1] }), json, 400],
    ['a polluted prototype', '{"query":"{ __typename }","__proto__":{"x":1}}', json, 400],
    ['invalid JSON', '{"query": "{ __typename }', json, 400],
    ['an empty body', '', json, 400],
    ['null', 'null', json, 400],
    ['no query', '{}', json, 400],
    ['an empty query', q('  '), json, 400],
    ['a query that is no text', '{"query": {"a": 1}}', json, 400],
    ['an operation that is not there', q('query A { __typename }', { operationName: 'B' }), json, 400],
    ['a mutation', q('mutation { x }'), json, 400],
    ['a subscription', q('subscription { x }'), json, 400],
  ]
}
