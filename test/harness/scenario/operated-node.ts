/**
 * A node of two processes on the real services, a relay, and a control plane as a process of its own, in a database of
 * their own; and what an operator asks of them, through HTTP. Its actors are those of a folder that a test may deploy to.
 */

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import { issueApiKey } from '../../../control-plane/auth/api-key.ts'
import { openDatabase, type Database } from '../../../runtime/store/index.ts'
import { operatorsQuery, type OperatorsQuery } from '../operators-query.ts'
import type { TroupeProcess } from '../troupe-process.ts'
import { waitUntil } from '../wait-until.ts'
import { checkEffects, type EffectsVerdict, type NthOfThing } from './effects-check.ts'
import { EffectsTable } from './effects-table.ts'
import { LastingNode } from './lasting-node.ts'
import { LastingProcess } from './lasting-process.ts'
import { ownDatabase } from './own-database.ts'
import { Supply, trialSeed } from './supply.ts'
import { Trial } from './trial.ts'

export interface Steered {
  readonly outcome: string
  readonly message: string
  readonly touches: readonly string[]
  readonly madeId: string | null
  readonly command: {
    readonly id: string
    readonly state: string
    readonly answers: readonly {
      readonly processId: string
      readonly state: string
      readonly message: string
    }[]
  } | null
}

export interface ToldPartition {
  readonly partition: number
  readonly hold: string
  readonly lagRecords: number | null
  readonly process: { readonly id: string; readonly nodeName: string } | null
  readonly units: readonly { readonly actor: string; readonly lifecycle: string }[]
}

const fields = '{ outcome message touches madeId command { id state answers { processId state message } } }'

export class OperatedNode {
  readonly trial: Trial
  readonly node: LastingNode
  readonly database: Database
  readonly effects: EffectsTable
  readonly ask: OperatorsQuery
  readonly #env: Readonly<Record<string, string>>
  readonly #folder: string
  readonly #relays: TroupeProcess[] = []
  readonly #nth = new Map<string, number>()

  /** All run, and every partition has an owner. `modules`: deployed before, name → source. */
  static async begin(
    t: Test,
    partitions: number,
    modules: Readonly<Record<string, string>>,
  ): Promise<OperatedNode> {
    const databaseUrl = await ownDatabase(t)
    const trial = await Trial.begin(t, { partitions, databaseUrl, env: { STATUS_INTERVAL_MS: '200' } })
    const folder = join(trial.folder, 'actors')
    mkdirSync(folder)
    deployTo(folder, modules)
    const database = openDatabase({ url: databaseUrl, maxConnections: 2 })
    const effects = await EffectsTable.open(databaseUrl, trial.group)
    t.teardown(async () => {
      await Promise.all([database.close(), effects.close()])
    })
    const env = { ACTORS_DIR: folder, WORKER_THREADS: '1' }
    const controlPlane = trial.launch(
      'control-plane',
      { ...env, KAFKA_ENABLED: 'false', PUBLIC_API_PORT: '0' },
      'control-plane/main.ts',
    )
    const launch = (name: string, own: Readonly<Record<string, string>>): TroupeProcess =>
      trial.launch(name, { ...env, ...own, PROCESSES: '2' })
    const node = new LastingNode(new LastingProcess('node-a', launch))
    t.teardown(() => node.end())
    const [{ url }] = await Promise.all([controlPlane.says("the operators' API is up"), node.untilAllRun()])
    const { key } = await issueApiKey(database.sql, { role: 'admin', name: 'Ada' })
    const begun = new OperatedNode(
      trial,
      node,
      database,
      effects,
      operatorsQuery(String(url), key),
      env,
      folder,
    )
    begun.startRelay()
    await begun.untilHeldBy(2)
    return begun
  }

  private constructor(
    trial: Trial,
    node: LastingNode,
    database: Database,
    effects: EffectsTable,
    ask: OperatorsQuery,
    env: Readonly<Record<string, string>>,
    folder: string,
  ) {
    this.trial = trial
    this.node = node
    this.database = database
    this.effects = effects
    this.ask = ask
    this.#env = env
    this.#folder = folder
  }

  /** Name → source of modules in the folder of all processes. */
  deploy(modules: Readonly<Record<string, string>>): void {
    deployTo(this.#folder, modules)
  }

  /** The one that was started last. */
  get relay(): TroupeProcess {
    return this.#relays.at(-1)!
  }

  startRelay(): void {
    const env = { ...this.#env, KAFKA_PREFIX: `${this.trial.topic}.` }
    const name = `relay-${String(this.#relays.length + 1)}`
    this.#relays.push(this.trial.launch(name, env, 'runtime/relay-main.ts'))
  }

  /** Events of things of their own for each partition, numbered on from call to call. */
  async publish(
    partition: number,
    count: number,
    more: { readonly thing?: string; readonly gate?: string; readonly failures?: number } = {},
  ): Promise<readonly { readonly offset: number }[]> {
    const happenings = Array.from({ length: count }, (_, i) => {
      const thing = more.thing ?? `of-${String(partition)}-${String(i % 5)}`
      const n = this.#nth.get(thing) ?? 0
      this.#nth.set(thing, n + 1)
      return { ...more, thing, n, partition }
    })
    return await this.trial.producer.publish(happenings)
  }

  /** Another node of the same groups. */
  startNode(name: string, env: Readonly<Record<string, string>>): TroupeProcess {
    return this.trial.launch(name, { ...this.#env, NODE_NAME: name, ...env })
  }

  /** Events that go on until it is stopped. */
  supply(): Supply {
    return new Supply((happenings) => this.trial.producer.publish(happenings), {
      seed: trialSeed(),
      eventsPerSecond: 200,
    })
  }

  /** Of all effects there are. */
  async verdict(produced: readonly NthOfThing[]): Promise<EffectsVerdict> {
    return checkEffects(produced, await this.effects.all())
  }

  /** A mutation, with all that is told of it. Throws where the request itself is wrong. */
  async steer(mutation: string): Promise<Steered> {
    const { data, errors } = await this.ask(`mutation { answer: ${mutation} ${fields} }`)
    if (errors !== undefined) throw new Error(errors[0]?.message)
    return data['answer'] as unknown as Steered
  }

  /**
   * The same, where it may be acknowledged later than the request waits; what came of it in the end. One that was refused
   * because a busy node had not checked a module or reported in time is asked again.
   */
  async steered(mutation: string): Promise<Steered> {
    const told = await waitUntil(
      `all nodes report, and check what ${mutation} asks for, in time`,
      async () => {
        const answer = await this.steer(mutation)
        return isTooLate(answer) ? undefined : answer
      },
    )
    if (told.outcome !== 'WAITING') return told
    return await waitUntil(`${mutation} is acknowledged`, async () => {
      const { data } = await this.ask(
        '{ auditLog(first: 1) { nodes { outcome message touches command { id state answers { processId state message } } } } }',
      )
      const [entry] = (data['auditLog'] as unknown as { nodes: Steered[] }).nodes
      return entry === undefined || entry.outcome === 'WAITING'
        ? undefined
        : { ...entry, madeId: told.madeId }
    })
  }

  async partitions(): Promise<readonly ToldPartition[]> {
    const { data } = await this.ask(
      `{ partitions(first: 100, group: "${this.trial.group}") { nodes {
          partition hold lagRecords process { id nodeName } units { actor lifecycle } } } }`,
    )
    return (data['partitions'] as unknown as { nodes: ToldPartition[] }).nodes
  }

  /** Every partition has an owner, and so many processes own some. */
  async untilHeldBy(processes: number): Promise<ReadonlySet<string>> {
    const { length } = this.trial.partitions
    return await waitUntil(`${String(processes)} processes hold all partitions`, async () => {
      const told = await this.partitions()
      const owners = new Set(told.flatMap(({ process }) => process?.id ?? []))
      const isHeld = told.length === length && told.every(({ hold }) => hold === 'HELD')
      return isHeld && owners.size === processes ? owners : undefined
    })
  }

  async untilLag(records: number): Promise<void> {
    await waitUntil(`a lag of ${String(records)} is told`, async () => {
      const told = await this.partitions()
      return told.reduce((sum, { lagRecords }) => sum + (lagRecords ?? Number.NaN), 0) === records
    })
  }

  /** There are so many effects, each event has one, and nothing is behind: nothing is to come. */
  async untilEffects(count: number): Promise<void> {
    await this.effects.untilAtLeast(count)
    await this.untilLag(0)
  }
}

/** Nothing was changed then. */
export const isTooLate = ({ message }: { readonly message: string }): boolean =>
  message.endsWith('has not checked the module in time: nothing was changed.') ||
  /^No process of .* runs: one must, to ask/.test(message)

const deployTo = (folder: string, modules: Readonly<Record<string, string>>): void => {
  for (const [name, source] of Object.entries(modules)) writeFileSync(join(folder, `${name}.ts`), source)
}
