/**
 * What one request may ask for, of either API. A kilobyte of GraphQL can ask for gigabytes: each limit here stops a way to
 * do it, before anything is executed.
 */

import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases'
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth'
import { maxDirectivesRule } from '@escape.tech/graphql-armor-max-directives'
import {
  type GraphQLError,
  NoSchemaIntrospectionCustomRule,
  type ValidationContext,
  type ValidationRule,
} from 'graphql'

export const limits = {
  /** The whole request's body. */
  bodyBytes: 64 * 1024,
  /** Of the query's text: names, punctuation, values. Stops the parser. */
  tokens: 1_000,
  /** Fields within fields; fragments do not count by themselves. */
  depth: 8,
  /** One field asked for many times under other names. */
  aliases: 15,
  directives: 20,
  /** Objects that the answer could hold, see query-cost.ts. */
  cost: 1_000,
  /** Fields and fragment spreads of the query with its fragments written out: what doubling fragments make huge. */
  selections: 1_000,
  /** Mistakes that one answer names. */
  errors: 10,
  /** Characters of each. A query's own text is in some of them. */
  errorLength: 300,
  /** From the request's first byte to its last, and then again until the answer. */
  requestMs: 10_000,
  /** Queries that are kept parsed and validated. */
  cachedQueries: 128,
} as const

/** "Did you mean …?" tells a schema as well as introspection does. graphql's types do not know the option. */
export const validateOptions = ({ introspection }: RuleOptions): { readonly maxErrors: number } => {
  const options = { maxErrors: limits.errors, hideSuggestions: !introspection }
  return options
}

export interface RuleOptions {
  /** Whether the schema may be asked for. */
  readonly introspection: boolean
}

export const validationRules = ({ introspection }: RuleOptions): ValidationRule[] => [
  asRule(maxDepthRule({ n: limits.depth, flattenFragments: true, ...reporting })),
  asRule(maxAliasesRule({ n: limits.aliases, allowList: [], ...reporting })),
  asRule(maxDirectivesRule({ n: limits.directives, ...reporting })),
  ...(introspection ? [] : [NoSchemaIntrospectionCustomRule]),
]

/** They would throw, which Apollo Server takes for a failure of ours. */
const reporting = {
  propagateOnRejection: false,
  onReject: [(context: ValidationContext | null, error: GraphQLError) => context?.reportError(error)],
}

/** Their visitors are classes without an index signature, which graphql's type of a visitor wants. */
const asRule = (rule: unknown): ValidationRule => rule as ValidationRule
