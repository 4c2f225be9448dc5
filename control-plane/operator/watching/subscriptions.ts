/** GraphQL's subscriptions → what is watched. */

import type { DeadLetterSummary } from '../../../runtime/control/index.ts'
import type { StoredCommand } from '../../../runtime/store/index.ts'
import type { GroupView } from '../../read-model/operator/cluster-picture.ts'
import type { RebalanceView } from '../../read-model/operator/rebalance.ts'
import type { SubscriptionResolvers } from '../generated/resolver-types.ts'
import { filterOf, idOf } from '../steering/letter-arguments.ts'

/** What comes is what is told. */
const asItIs = <T>(value: T): T => value

export const subscriptions = {
  lagChanged: {
    subscribe: (_, { group }, { watches }) => watches.groups.lagOf(group ?? undefined),
    resolve: asItIs<GroupView>,
  },
  rebalances: {
    subscribe: (_, { group }, { watches }) => watches.groups.rebalancesOf(group ?? undefined),
    resolve: asItIs<RebalanceView>,
  },
  deadLetterArrived: {
    subscribe: (_, { filter }, { watches }) => watches.letters.of(filterOf(filter ?? {})),
    resolve: asItIs<DeadLetterSummary>,
  },
  commandProgress: {
    subscribe: (_, { id }, { watches }) => watches.commands.of(idOf(id)),
    resolve: asItIs<StoredCommand>,
  },
} satisfies SubscriptionResolvers
