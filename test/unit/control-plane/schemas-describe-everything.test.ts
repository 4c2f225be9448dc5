// Whoever explores an API is told what each thing is: both schemas describe every type, field, argument and value; and what a list costs can be told from them.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  buildSchema,
  getNamedType,
  getNullableType,
  type GraphQLArgument,
  type GraphQLDirective,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isIntrospectionType,
  isListType,
  isObjectType,
  isSpecifiedDirective,
  isSpecifiedScalarType,
  parse,
} from 'graphql'
import t from 'tap'

import { costOf } from '../../../control-plane/hardening/query-cost.ts'

const schemaOf = (name: string): GraphQLSchema =>
  buildSchema(readFileSync(join(import.meta.dirname, '../../../schemas/graphql', name), 'utf8'))

const isOurs = (directive: GraphQLDirective): boolean => !isSpecifiedDirective(directive)

const ofOurs = (schema: GraphQLSchema): readonly GraphQLNamedType[] =>
  Object.values(schema.getTypeMap()).filter(
    (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
  )

const describedArguments = (
  of: string,
  args: readonly GraphQLArgument[],
): [place: string, description: string | null | undefined][] =>
  args.map(({ name, description }) => [`${of}(${name})`, description])

/** Place → description, of everything that can have one. */
const describedPlaces = (
  schema: GraphQLSchema,
): [place: string, description: string | null | undefined][] => [
  ...ofOurs(schema).flatMap((type): [string, string | null | undefined][] => [
    [type.name, type.description],
    ...(isEnumType(type)
      ? type
          .getValues()
          .map((value): [string, string | null | undefined] => [
            `${type.name}.${value.name}`,
            value.description,
          ])
      : []),
    ...(isObjectType(type) || isInputObjectType(type)
      ? Object.values<GraphQLField<unknown, unknown> | GraphQLInputField>(type.getFields()).flatMap(
          (field): [string, string | null | undefined][] => [
            [`${type.name}.${field.name}`, field.description],
            ...('args' in field ? describedArguments(`${type.name}.${field.name}`, field.args) : []),
          ],
        )
      : []),
  ]),
  ...schema
    .getDirectives()
    .filter(isOurs)
    .flatMap((directive): [string, string | null | undefined][] => [
      [`@${directive.name}`, directive.description],
      ...directive.args.map((arg): [string, string | null | undefined] => [
        `@${directive.name}(${arg.name})`,
        arg.description,
      ]),
    ]),
]

for (const name of ['public.graphql', 'operator.graphql']) {
  const schema = schemaOf(name)

  t.test(`${name}: everything is described`, async (t) => {
    const places = describedPlaces(schema)
    t.ok(places.length > 50, `${places.length} places`)
    for (const [place, description] of places) {
      t.match(description, /\w.*[.`]$/s, `${place} is described, in a sentence`)
    }
  })

  t.test(`${name}: a list of objects says how long it may be`, async (t) => {
    for (const type of ofOurs(schema)) {
      if (!isObjectType(type) || type.name.endsWith('Connection')) continue
      for (const field of Object.values(type.getFields())) {
        const named = getNamedType(field.type)
        const isPage = named.name.endsWith('Connection')
        if (!isObjectType(named) || !(isPage || isListType(getNullableType(field.type)))) continue
        const bound =
          field.args.some((arg) => arg.name === 'first') ||
          field.astNode?.directives?.some((directive) => directive.name.value === 'listSize')
        t.ok(bound, `${type.name}.${field.name} has "first", or @listSize`)
      }
    }
  })
}

t.test('what queries of operators cost', async (t) => {
  const schema = schemaOf('operator.graphql')
  const table: [query: string, objects: number][] = [
    ['{ cluster { lagMs } }', 1],
    ['{ nodes(first: 10) { nodes { name } } }', 1 + 10 * 1],
    [
      '{ nodes(first: 10) { edges { node { processes(first: 3) { id } } } pageInfo { endCursor } } }',
      1 + 10 * (1 + 1 + 3 * 0),
    ],
    ['{ process(id: "p") { readiness { checks { name } } health { workers { busy } } } }', 1 + 5 + 8],
    [
      '{ partitions(first: 10) { nodes { units { actor } claimants { id } process { id } } } }',
      1 + 10 * (1 + 2 + 2 + 1),
    ],
    [
      '{ records(topic: "t", partition: 0, first: 100) { records { headers { name } value { json } } } }',
      1 + 100 * 1,
    ],
    ['{ actors(first: 2) { nodes { outcomes { total } } } }', 1 + 2],
    ['{ lastErrors(first: 7) { code process { id } } }', 1 + 7 * 1],
  ]
  for (const [query, objects] of table) t.equal(costOf(schema, parse(query), {}).objects, objects, query)
})
