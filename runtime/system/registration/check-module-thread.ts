/**
 * Loads an actor module in a thread of its own and says what it is. Whatever the module does while it is imported (hangs,
 * ends its process) ends this thread alone. Nothing here may reach node-rdkafka.
 */

import { parentPort, workerData } from 'node:worker_threads'
import { isActorDefinition } from '../../actor/index.ts'
import { overridden } from '../../actor/overridden.ts'
import { messageOf, TroupeError } from '../../errors.ts'
import { compilePatterns } from '../../routing/index.ts'
import type { ModuleQuestion, ThreadAnswer } from './check-module.ts'

const { url, overrides, eventNames } = workerData as ModuleQuestion

const answer = async (): Promise<ThreadAnswer> => {
  const module = (await import(url)) as { readonly default?: unknown }
  if (!isActorDefinition(module.default)) {
    return {
      kind: 'refused',
      reason: 'its default export is no actor: write `export default defineActor({ … })`',
    }
  }
  const definition = overridden(module.default, overrides)
  const received = compilePatterns(definition.receives)
  const exact = Object.keys(definition.receives).filter((pattern) => !pattern.includes('*'))
  return {
    kind: 'loaded',
    name: definition.name,
    group: definition.group,
    order: definition.order,
    effects: definition.effects,
    sql: definition.sql,
    startFrom: definition.startFrom,
    concurrency: definition.concurrency,
    patterns: Object.keys(definition.receives),
    reads: [...new Set([...exact, ...eventNames])].flatMap((name) => {
      const type = received(name)
      return type === undefined ? [] : [{ name, schema: type.schema }]
    }),
  }
}

answer()
  .catch((error: unknown): ThreadAnswer => ({
    kind: 'refused',
    reason: error instanceof TroupeError ? error.message : `it cannot be imported: ${messageOf(error)}`,
  }))
  .then((told) => parentPort?.postMessage(told))
  .catch(() => undefined)
