/** Whether the processes of a node are static members of their groups, and by which names. */

import { TroupeError } from '../errors.ts'
import type { Slot } from './slot-lifecycle.ts'

export interface MembershipOptions {
  readonly kafkaGroupInstanceId?: string | undefined
  readonly kafkaStaticMembership: boolean
  readonly nodeName?: string | undefined
  readonly processes: number
}

export type Membership = 'static' | 'dynamic'

/** As Kafka allows them. */
const instanceId = /^[A-Za-z0-9._-]{1,249}$/

export const membershipOf = (options: MembershipOptions): Membership =>
  options.kafkaGroupInstanceId !== undefined || options.kafkaStaticMembership ? 'static' : 'dynamic'

/**
 * `group.instance.id`: the node's name, and the slot where it has several. Undefined: a dynamic member. It must not
 * change with a restart, so it is never made of a process id or of a worker's number of node:cluster. Throws
 * CONFIG_INVALID where Kafka would refuse it.
 */
export const instanceIdOf = (
  options: MembershipOptions,
  hostName: string,
  slot: Slot,
): string | undefined => {
  if (membershipOf(options) === 'dynamic') return undefined
  const { kafkaGroupInstanceId: given, nodeName, processes } = options
  const node = given ?? nodeName ?? hostName
  if (processes === 1 && given !== undefined) return given
  const id = processes === 1 ? node : `${node}.${String(slot)}`
  if (instanceId.test(id)) return id
  throw new TroupeError(
    'CONFIG_INVALID',
    `"${id}" cannot be the name of a static member: Kafka allows letters, digits, . _ -, at most 249. ` +
      'Set KAFKA_GROUP_INSTANCE_ID or NODE_NAME.',
  )
}
