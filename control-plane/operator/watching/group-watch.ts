/** Groups for subscriptions: their lag as it changes, and their rebalances, out of one picture a look. */

import { NewestQueue } from '../../hardening/newest-queue.ts'
import { InputError } from '../../read-model/input-error.ts'
import type { ClusterPicture, GroupView } from '../../read-model/operator/cluster-picture.ts'
import type { PartitionView } from '../../read-model/operator/partition-view.ts'
import {
  type Holding,
  holdingOf,
  type RebalanceView,
  rebalancesBetween,
} from '../../read-model/operator/rebalance.ts'
import type { SharedPoll } from './shared-poll.ts'

/** Of one slow client. */
const mostWaiting = 1_000

export class GroupWatch {
  readonly #poll: SharedPoll<ClusterPicture>
  readonly #looks = new WeakMap<ClusterPicture, Look>()

  constructor(poll: SharedPoll<ClusterPicture>) {
    this.#poll = poll
  }

  /** `wanted`: undefined: all groups. */
  lagOf(wanted: string | undefined): AsyncIterableIterator<GroupView> {
    const told = new Map<string, string>()
    return this.#queue<GroupView>((picture, queue) => {
      for (const { group, reading } of this.#lookAt(picture).groups) {
        if ((wanted !== undefined && wanted !== group.name) || told.get(group.name) === reading) continue
        told.set(group.name, reading)
        queue.put(group.name, group)
      }
    })
  }

  rebalancesOf(wanted: string | undefined): AsyncIterableIterator<RebalanceView> {
    let before: Holding | undefined
    let nth = 0
    return this.#queue<RebalanceView>((picture, queue) => {
      const { holding, since } = this.#lookAt(picture)
      if (before !== undefined) {
        for (const rebalance of since(before)) {
          if (wanted === undefined || wanted === rebalance.groupName) queue.put(String((nth += 1)), rebalance)
        }
      }
      before = holding
    })
  }

  #queue<T>(tell: (picture: ClusterPicture, queue: NewestQueue<T>) => void): NewestQueue<T> {
    const queue = new NewestQueue<T>({
      most: mostWaiting,
      tooSlow: () => new InputError('Too much waits for this subscription: it is read too slowly.'),
      onEnd: () => {
        stop()
      },
    })
    const stop = this.#poll.watch((picture) => {
      tell(picture, queue)
    })
    return queue
  }

  /** Once for all that watch. */
  #lookAt(picture: ClusterPicture): Look {
    const known = this.#looks.get(picture)
    if (known !== undefined) return known
    const look = lookAt(picture)
    this.#looks.set(picture, look)
    return look
  }
}

interface Look {
  readonly groups: readonly { readonly group: GroupView; readonly reading: string }[]
  readonly holding: Holding
  readonly since: (before: Holding) => readonly RebalanceView[]
}

const lookAt = (picture: ClusterPicture): Look => {
  const { groups } = picture
  const holding = holdingOf(picture, groups)
  const compared = new WeakMap<Holding, readonly RebalanceView[]>()
  return {
    groups: groups.map((group) => ({ group, reading: readingOf(group) })),
    holding,
    since: (before) => {
      const found = compared.get(before) ?? rebalancesBetween(before, holding)
      compared.set(before, found)
      return found
    },
  }
}

/** The same while there is nothing to tell. */
const readingOf = ({ partitions, members, outcomes }: GroupView): string =>
  JSON.stringify([partitions.map(partitionReading), members.map(({ process }) => process.id), outcomes])

const partitionReading = ({ hold, told, status }: PartitionView): readonly unknown[] => [
  status.topic,
  status.partition,
  hold,
  told.id,
  status.frontier,
  status.end,
  status.lagRecords,
  status.lagMs,
  status.units.map(({ lifecycle, waitingFor, quarantine }) => [lifecycle, waitingFor, quarantine]),
]
