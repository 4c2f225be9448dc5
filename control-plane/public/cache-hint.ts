/** For how long an answer may be kept: the shortest `@cacheControl` of the query's uppermost fields, none counting 0. */

import {
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  OperationTypeNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'

/** In seconds. The document is valid; with several operations nothing is kept. */
export const maxAgeOf = (schema: GraphQLSchema, document: DocumentNode): number => {
  const operations = document.definitions.filter(
    (definition): definition is OperationDefinitionNode => definition.kind === Kind.OPERATION_DEFINITION,
  )
  const [operation] = operations
  if (operations.length !== 1 || operation?.operation !== OperationTypeNode.QUERY) return 0
  const ages = uppermost(operation.selectionSet, document).map((name) => hintOf(schema, name))
  return ages.length === 0 ? 0 : Math.min(...ages)
}

const uppermost = ({ selections }: SelectionSetNode, document: DocumentNode): readonly string[] =>
  selections.flatMap((node) => {
    switch (node.kind) {
      case Kind.FIELD:
        return node.name.value
      case Kind.INLINE_FRAGMENT:
        return uppermost(node.selectionSet, document)
      case Kind.FRAGMENT_SPREAD: {
        const fragment = document.definitions.find(
          (definition) =>
            definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === node.name.value,
        )
        return fragment?.kind === Kind.FRAGMENT_DEFINITION ? uppermost(fragment.selectionSet, document) : []
      }
    }
  })

const hintOf = (schema: GraphQLSchema, field: string): number => {
  const age = schema
    .getQueryType()
    ?.getFields()
    [field]?.astNode?.directives?.find(({ name }) => name.value === 'cacheControl')
    ?.arguments?.find(({ name }) => name.value === 'maxAge')?.value
  return age?.kind === Kind.INT ? Number(age.value) : 0
}
