/**
 * What a query costs, in two numbers:
 * - objects: how many its answer could hold. An object counts 1; a page counts what `first` of its items count; a list
 *   without `first` as many as the schema assumes (`@listSize`); single values, the wrappers of a page (connection, edge,
 *   page info) and what the schema calls a part (`@cost(weight: 0)`) count nothing.
 * - selections: how many fields and spreads it has once its fragments are written out.
 *
 * Each fragment is costed once and its cost added wherever it is spread, so that costing takes no longer than reading
 * the query, whatever the query would cost.
 */

import {
  type ConstDirectiveNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type DocumentNode,
  getNamedType,
  GraphQLError,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  type ValueNode,
  visit,
} from 'graphql'

import { maxFirst } from '../read-model/page.ts'
import { onceADocument } from './once-a-document.ts'

export type Variables = Readonly<Record<string, unknown>> | null | undefined

export interface Cost {
  readonly objects: number
  readonly selections: number
}

/** Throws QUERY_TOO_COSTLY when an operation of the document costs more than `limit` in either. The document is valid. */
export const refuseCostly = (
  schema: GraphQLSchema,
  document: DocumentNode,
  variables: Variables,
  limit: Cost,
): void => {
  refuse(costOf(schema, document, variables), limit)
}

/** The same for documents that are asked again and again: each is costed once, where its cost does not depend on variables. */
export const costRefusal = (
  schema: GraphQLSchema,
  limit: Cost,
): ((document: DocumentNode, variables: Variables) => void) => {
  const fixed = onceADocument((document) =>
    countsByVariable(document) ? undefined : costOf(schema, document, {}),
  )
  return (document, variables) => {
    refuse(fixed(document) ?? costOf(schema, document, variables), limit)
  }
}

const refuse = ({ objects, selections }: Cost, limit: Cost): void => {
  if (objects > limit.objects) {
    throw tooCostly(
      `The answer could hold ${objects} objects, allowed are ${limit.objects}: ask for less with "first", in more requests.`,
    )
  }
  if (selections > limit.selections) {
    throw tooCostly(
      `With its fragments written out the query has ${selections} selections, allowed are ${limit.selections}.`,
    )
  }
}

const tooCostly = (message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code: 'QUERY_TOO_COSTLY' } })

/** Whether it costs more or less by its variables: where `first` is one. */
const countsByVariable = (document: DocumentNode): boolean => {
  let counts = false
  visit(document, {
    Argument: ({ name, value }) => {
      counts ||= name.value === 'first' && value.kind === Kind.VARIABLE
    },
  })
  return counts
}

/** The most of all operations: which one will run is not known here. */
export const costOf = (schema: GraphQLSchema, document: DocumentNode, variables: Variables): Cost => {
  const fragments = new Map(
    document.definitions
      .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  )
  const costs = document.definitions
    .filter((definition) => definition.kind === Kind.OPERATION_DEFINITION)
    .map((operation) => new Costing(schema, operation, fragments, variables).cost())
  return {
    objects: Math.max(0, ...costs.map(({ objects }) => objects)),
    selections: Math.max(0, ...costs.map(({ selections }) => selections)),
  }
}

const free: Cost = { objects: 0, selections: 0 }

class Costing {
  readonly #schema: GraphQLSchema
  readonly #operation: OperationDefinitionNode
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>
  readonly #variables: NonNullable<Variables>
  readonly #fragmentCosts = new Map<string, Cost>()

  constructor(
    schema: GraphQLSchema,
    operation: OperationDefinitionNode,
    fragments: ReadonlyMap<string, FragmentDefinitionNode>,
    variables: Variables,
  ) {
    this.#schema = schema
    this.#operation = operation
    this.#fragments = fragments
    this.#variables = { ...defaultsOf(operation), ...variables }
  }

  cost(): Cost {
    return this.#selection(this.#operation.selectionSet, this.#schema.getRootType(this.#operation.operation))
  }

  #selection(selection: SelectionSetNode, type: GraphQLObjectType | null | undefined): Cost {
    let { objects, selections } = free
    for (const node of selection.selections) {
      const cost = this.#node(node, type)
      objects += cost.objects
      selections += cost.selections + 1
    }
    return { objects, selections }
  }

  #node(node: SelectionNode, type: GraphQLObjectType | null | undefined): Cost {
    switch (node.kind) {
      case Kind.FIELD:
        return this.#field(node, type)
      case Kind.FRAGMENT_SPREAD:
        return this.#fragment(node.name.value)
      case Kind.INLINE_FRAGMENT:
        return this.#selection(node.selectionSet, this.#typeNamed(node.typeCondition?.name.value) ?? type)
    }
  }

  #field(node: FieldNode, parent: GraphQLObjectType | null | undefined): Cost {
    const field = parent?.getFields()[node.name.value]
    if (node.selectionSet === undefined) return free
    // `__schema` and `__type`, where they are allowed: their objects are the schema's, and few.
    if (field === undefined)
      return { objects: 0, selections: this.#selection(node.selectionSet, undefined).selections }
    const type = getNamedType(field.type)
    const { objects, selections } = this.#selection(node.selectionSet, isObjectType(type) ? type : undefined)
    const first = field.args.find(({ name }) => name === 'first')
    if (first !== undefined)
      return { objects: 1 + this.#count(node, first.defaultValue) * objects, selections }
    const each = (isPart(type) ? 0 : 1) + objects
    return { objects: (directiveNumber(field.astNode, 'listSize', 'assumedSize') ?? 1) * each, selections }
  }

  #fragment(name: string): Cost {
    const known = this.#fragmentCosts.get(name)
    if (known !== undefined) return known
    const fragment = this.#fragments.get(name)
    if (fragment === undefined) return free
    const cost = this.#selection(fragment.selectionSet, this.#typeNamed(fragment.typeCondition.name.value))
    this.#fragmentCosts.set(name, cost)
    return cost
  }

  /** What is no number is refused or replaced by a default later; until then it counts as the most it can be. */
  #count(node: FieldNode, fallback: unknown): number {
    const argument = node.arguments?.find(({ name }) => name.value === 'first')?.value
    const asked = argument === undefined ? fallback : this.#valueOf(argument)
    return typeof asked === 'number' && asked >= 1 && asked <= maxFirst ? asked : maxFirst
  }

  #valueOf(node: ValueNode): unknown {
    if (node.kind === Kind.INT) return Number(node.value)
    return node.kind === Kind.VARIABLE ? this.#variables[node.name.value] : undefined
  }

  #typeNamed(name: string | undefined): GraphQLObjectType | undefined {
    const type = name === undefined ? undefined : this.#schema.getType(name)
    return isObjectType(type) ? type : undefined
  }
}

/** A part of an object rather than one: it costs no reading. */
const isPart = ({ name, astNode }: GraphQLNamedType): boolean =>
  /(Connection|Edge|PageInfo)$/.test(name) || directiveNumber(astNode, 'cost', 'weight') === 0

const directiveNumber = (
  node: { readonly directives?: readonly ConstDirectiveNode[] | undefined } | null | undefined,
  directive: string,
  argument: string,
): number | undefined => {
  const value = node?.directives
    ?.find(({ name }) => name.value === directive)
    ?.arguments?.find(({ name }) => name.value === argument)?.value
  return value?.kind === Kind.INT ? Number(value.value) : undefined
}

const defaultsOf = ({
  variableDefinitions = [],
}: OperationDefinitionNode): Readonly<Record<string, unknown>> => {
  const defaults: Record<string, unknown> = {}
  for (const { variable, defaultValue } of variableDefinitions) {
    if (defaultValue?.kind === Kind.INT) defaults[variable.name.value] = Number(defaultValue.value)
  }
  return defaults
}
