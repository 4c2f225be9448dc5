/** Actors and processes as people and programs read them. */

import type { ActorView, ClusterPicture } from '../../control-plane/read-model/operator/cluster-picture.ts'
import type { ProcessView } from '../../control-plane/read-model/operator/process-view.ts'
import { durationText } from '../duration-text.ts'
import { textTable } from '../text-table.ts'

export const processesText = ({ processes }: ClusterPicture): string =>
  processes.length === 0
    ? 'no process has reported within a day: is one running, with this DATABASE_URL?'
    : textTable(
        ['NODE', 'PROCESS', 'KIND', 'STATE', 'UP', 'VERSION', 'NOT READY'],
        processes.map((process) => [
          process.nodeName,
          process.id,
          process.kind.toLowerCase().replace('_', ' '),
          stateText(process),
          durationText(process.uptimeMs),
          process.report?.process.troupeVersion ?? '?',
          process.live ? (process.unreadable ?? reasonsOf(process)) : '',
        ]),
      )

const stateText = ({ liveness, state, silentMs }: ProcessView): string =>
  liveness === 'SILENT' ? `silent for ${durationText(silentMs)}` : state.toLowerCase()

const reasonsOf = ({ report }: ProcessView): string =>
  (report?.readiness ?? [])
    .filter(({ ready }) => !ready)
    .map(({ name, reason }) => `${name}: ${reason}`)
    .join('; ')

export const actorsText = (actors: readonly ActorView[]): string =>
  actors.length === 0
    ? 'no actors'
    : textTable(
        [
          'ACTOR',
          'GROUP',
          'PROCESSES',
          'PER S',
          'APPLIED',
          'REPEATED',
          'REJECTED',
          'DEAD',
          'RETRIES',
          'ORDER',
          'EFFECTS',
          'TOPICS',
        ],
        actors.map(({ name, group, processes, consistent, order, effects, topics, outcomes }) => [
          name,
          group,
          `${String(processes.length)}${consistent ? '' : ', not alike'}`,
          outcomes.perSecond.toFixed(1),
          String(outcomes.applied),
          String(outcomes.duplicate + outcomes.redelivered),
          String(outcomes.rejected),
          String(outcomes.undecodable + outcomes.exhausted),
          String(outcomes.retries),
          order,
          effects,
          topics.join(', '),
        ]),
      )

export const actorsJson = ({ readAt, processes }: ClusterPicture, actors: readonly ActorView[]): object => ({
  readAt,
  processes: processes.map((process) => ({
    id: process.id,
    node: process.nodeName,
    kind: process.kind,
    liveness: process.liveness,
    state: process.state,
    startedAt: process.startedAt,
    lastBeat: process.lastBeat,
    version: process.report?.process.troupeVersion ?? null,
    readiness: process.report?.readiness ?? [],
    unreadable: process.unreadable,
  })),
  actors: actors.map(({ processes: own, ...actor }) => ({ ...actor, processes: own.map(({ id }) => id) })),
})
