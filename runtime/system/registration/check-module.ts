/**
 * Checks an actor module before it runs here: it loads, its options are right, its topics are known, and it can read what
 * every live version of its subjects has written.
 */

import { Worker } from 'node:worker_threads'
import type { ActorDefinition, AvroSchema } from '../../actor/index.ts'
import type { ActorOverrides, CheckedModule } from '../../control/index.ts'
import { letterTopicsOf, type Options } from '../../config/index.ts'
import { messageOf, TroupeError } from '../../errors.ts'
import type { SchemaRegistry } from '../../registry/index.ts'
import type { TopicMapping } from '../../routing/index.ts'
import { actorUrl } from '../../actor/actor-url.ts'
import { pathToFileURL } from 'node:url'
import { requireReadable } from './live-versions.ts'
import { moduleFile } from './module-file.ts'

export interface ModuleQuestion {
  readonly url: string
  readonly overrides: ActorOverrides
  /** Those that the schemas here know. */
  readonly eventNames: readonly string[]
}

export type ThreadAnswer =
  | { readonly kind: 'refused'; readonly reason: string }
  | ({
      readonly kind: 'loaded'
      readonly patterns: readonly string[]
      readonly reads: readonly { readonly name: string; readonly schema: AvroSchema }[]
    } & Pick<ActorDefinition, 'name' | 'group' | 'order' | 'effects' | 'sql' | 'startFrom' | 'concurrency'>)

type Loaded = Extract<ThreadAnswer, { kind: 'loaded' }>

export interface ModuleCheckPorts {
  readonly options: Pick<
    Options,
    'actorsDir' | 'kafkaGroupId' | 'schemaSubjects' | 'kafkaDlqTopic' | 'kafkaUnhandledExceptionTopic'
  >
  readonly eventNames: readonly string[]
  readonly mapping: TopicMapping
  readonly schemas: Pick<SchemaRegistry, 'versions' | 'schemaOfVersion'>
  /** What the import of a module may take. Default 10,000. */
  readonly loadMs?: number
}

const defaultLoadMs = 10_000

/** Throws ACTOR_NOT_LOADED, ACTOR_INVALID, SCHEMA_REFUSED or REGISTRY_UNAVAILABLE, with what to mend. */
export const checkModule = async (
  ports: ModuleCheckPorts,
  module: string,
  overrides: ActorOverrides,
): Promise<CheckedModule> => {
  const { options, mapping, eventNames } = ports
  const { file, version } = await moduleFile(options.actorsDir, module)
  const { lanes, ...own } = overrides
  checkLanes(lanes)
  const url = actorUrl(pathToFileURL(file).href, version, own)
  const loaded = await inThread({ url, overrides: own, eventNames }, module, ports.loadMs ?? defaultLoadMs)
  const topics = topicsOf(loaded, mapping)
  const letters = letterTopicsOf(options).find((topic) => topics.includes(topic))
  if (letters !== undefined)
    throw new TroupeError('ACTOR_INVALID', `it receives from the dead letters, ${letters}`)
  const read = await requireReadable(ports, loaded.reads)
  const group = loaded.group ?? options.kafkaGroupId
  const { order, effects, startFrom, sql } = loaded
  return {
    shape: { actor: loaded.name, group, topics, order, effects, startFrom, sql },
    module,
    actor: loaded.name,
    group,
    version,
    lines: [
      `actor ${loaded.name}, version ${version}, in group ${group}, from ${loaded.startFrom}`,
      `receives ${loaded.patterns.join(', ')} from ${topics.join(', ')}`,
      `order ${loaded.order}, effects ${loaded.effects}, concurrency ${String(loaded.concurrency)}`,
      ...read,
    ],
  }
}

const checkLanes = (lanes: number | undefined): void => {
  if (lanes === undefined || (Number.isInteger(lanes) && lanes >= 1 && lanes <= 1_024)) return
  throw new TroupeError('ACTOR_INVALID', `lanes is ${String(lanes)}; it must be 1 to 1024`)
}

const topicsOf = ({ patterns }: Loaded, mapping: TopicMapping): readonly string[] => {
  try {
    return [...new Set(patterns.flatMap((pattern) => mapping.topicsOf(pattern)))]
  } catch (error) {
    throw new TroupeError('ACTOR_INVALID', messageOf(error), { cause: error })
  }
}

const inThread = async (question: ModuleQuestion, module: string, loadMs: number): Promise<Loaded> => {
  const entry = new URL(
    `./check-module-thread${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`,
    import.meta.url,
  )
  const thread = new Worker(entry, { workerData: question, stdout: true, stderr: true })
  const refused = (reason: string): ThreadAnswer => ({ kind: 'refused', reason })
  let timer: NodeJS.Timeout | undefined
  try {
    const answer = await new Promise<ThreadAnswer>((resolve) => {
      thread.once('message', resolve)
      thread.once('error', (error) => resolve(refused(`it ends its thread: ${messageOf(error)}`)))
      thread.once('exit', (code) =>
        resolve(refused(`it ends its process while it is imported, with code ${String(code)}`)),
      )
      timer = setTimeout(() => resolve(refused(`its import did not end within ${String(loadMs)} ms`)), loadMs)
    })
    if (answer.kind === 'loaded') return answer
    throw new TroupeError('ACTOR_NOT_LOADED', `the module ${module}: ${answer.reason}`)
  } finally {
    clearTimeout(timer)
    await thread.terminate()
  }
}
