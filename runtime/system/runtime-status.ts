/**
 * What the runtime says of itself, from what its parts know. In memory and cheap: whoever asks waits for nobody. What
 * must be asked of others (ends of partitions; are they there?) is asked beside it, at intervals.
 */

import {
  alive,
  noShadowStatus,
  type ActorStatus,
  type ActorVersionStatus,
  type HealthCheck,
  type Liveness,
  type Readiness,
  type StatusReport,
} from '../control/index.ts'
import { noOutcomes } from '../delivery/index.ts'
import { HealthChecks, type Log, type ProcessStatus } from '../telemetry/index.ts'
import type { Catalogue } from '../serde/index.ts'
import { actorStatus } from './actor-status.ts'
import type { ErrorSightings } from './error-sightings.ts'
import type { GroupRun } from './group-run.ts'
import type { LoadedActor } from './loaded-actor.ts'
import type { ShadowSet } from './shadows/shadow-set.ts'
import type { Tally } from './tally.ts'

export interface RuntimeStatusPorts {
  readonly process: ProcessStatus
  readonly catalogue: Catalogue
  readonly actors: () => readonly LoadedActor[]
  readonly groups: () => readonly GroupRun[]
  readonly tally: Tally
  readonly shadows: () => Pick<ShadowSet, 'status'> | undefined
  readonly sightings: ErrorSightings
  readonly log: Log
  readonly maxPollIntervalMs: number
  readonly statusIntervalMs: number
  readonly healthIntervalMs: number
}

export class RuntimeStatus {
  readonly #ports: RuntimeStatusPorts
  readonly #described = new WeakMap<LoadedActor, ActorStatus>()
  #checks: HealthChecks | undefined
  #timer: NodeJS.Timeout | undefined
  #looking: Promise<void> | undefined

  constructor(ports: RuntimeStatusPorts) {
    this.#ports = ports
  }

  /** From now on others are asked. */
  watch(checks: readonly HealthCheck[]): void {
    const { statusIntervalMs, healthIntervalMs: intervalMs, log } = this.#ports
    this.#checks = new HealthChecks(checks, {
      intervalMs,
      onChange: ({ name, ready, reason }) => {
        if (ready) log.info(`${name}: there`, { check: name })
        else log.warn(`${name}: ${reason}`, { check: name })
      },
    })
    this.#checks.start()
    this.#timer = setInterval(() => this.#look(), statusIntervalMs).unref()
    this.#look()
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#checks?.close()
  }

  report(): StatusReport {
    const { process, actors, groups, tally, sightings, shadows } = this.#ports
    const now = Date.now()
    return process.report({
      readiness: [this.#consumer(), ...(this.#checks?.readiness() ?? [])],
      actors: actors().map((actor) => ({
        ...this.#describe(actor),
        versions: versionsOf(actor, tally, shadows()),
      })),
      groups: groups().map((group) => group.status(now)),
      outcomes: tally.units(),
      lastErrors: sightings.newest(),
    })
  }

  live(): Liveness {
    const { groups, maxPollIntervalMs } = this.#ports
    const unpolled = groups().filter(({ sincePollMs }) => sincePollMs > maxPollIntervalMs)
    if (unpolled.length === 0) return alive
    return {
      reasons: unpolled.map(
        ({ name, sincePollMs }) =>
          `the consumer of group ${name} was not polled for ${String(Math.round(sincePollMs))} ms, ` +
          `longer than KAFKA_MAX_POLL_INTERVAL_MS (${String(maxPollIntervalMs)}): the group has given its partitions away`,
      ),
    }
  }

  /** Once: it does not change. */
  #describe(actor: LoadedActor): ActorStatus {
    const status = this.#described.get(actor) ?? actorStatus(actor, this.#ports.catalogue)
    this.#described.set(actor, status)
    return status
  }

  #consumer(): Readiness {
    const reason = this.#notJoined() ?? this.#withoutRows() ?? ''
    return { name: 'consumer', ready: reason === '', reason }
  }

  #notJoined(): string | undefined {
    const waiting = this.#ports
      .groups()
      .filter(({ joined }) => !joined)
      .map(({ name }) => name)
    if (waiting.length === 0) return undefined
    return (
      `not a member of ${waiting.join(', ')} yet: the broker has not given this process its partitions; ` +
      'a group that rebalances waits for its slowest member'
    )
  }

  #withoutRows(): string | undefined {
    for (const group of this.#ports.groups()) {
      const waiting = group.waitingForRows()
      if (waiting === undefined) continue
      const { units, dependency } = waiting
      return `${String(units)} units of ${group.name} handle nothing before their rows are taken, and the ${dependency} does not answer: they go on by themselves when it does`
    }
    return undefined
  }

  /** One group after the other: each question holds a thread that drains need too. */
  #look(): void {
    this.#looking ??= this.#lookAtAll().finally(() => {
      this.#looking = undefined
    })
  }

  async #lookAtAll(): Promise<void> {
    for (const group of this.#ports.groups()) await group.lookAtOffsets(Date.now)
  }
}

const versionsOf = (
  actor: LoadedActor,
  tally: Tally,
  shadows: ReturnType<RuntimeStatusPorts['shadows']>,
): readonly ActorVersionStatus[] => {
  const { version: current, canary } = actor
  if (current === undefined) return []
  const told = new Map(
    tally
      .versions({ group: actor.group, actor: actor.definition.name })
      .map((each) => [each.version, each.counts]),
  )
  const of = (version: string, role: ActorVersionStatus['role']): ActorVersionStatus => ({
    version,
    role,
    partitions: role === 'canary' ? (canary?.partitions ?? []) : [],
    counts: told.get(version) ?? noOutcomes(),
  })
  const running = canary?.actor.version
  const shadow = shadowOf(actor, shadows)
  return [
    of(current, 'current'),
    ...(running === undefined ? [] : [of(running, 'canary')]),
    ...(shadow === undefined ? [] : [{ ...shadow, counts: noOutcomes() }]),
    ...[...told.keys()]
      .filter((each) => each !== current && each !== running && each !== shadow?.version)
      .map((each) => of(each, 'former')),
  ]
}

const shadowOf = (
  { definition, group, shadow }: LoadedActor,
  shadows: ReturnType<RuntimeStatusPorts['shadows']>,
): Omit<ActorVersionStatus, 'counts'> | undefined => {
  if (shadow === undefined) return undefined
  const { version, partitions } = shadow
  const told = shadows?.status({ group, actor: definition.name }) ?? noShadowStatus
  const ended = shadow.kind === 'missing' ? shadow.reason : told.ended
  return { version, role: 'shadow', partitions, shadow: { ...told, ended } }
}
