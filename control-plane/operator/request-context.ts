import type { RecordSource, Registration } from '../../runtime/control/index.ts'
import type { OperatorRole } from '../auth/key-holder.ts'
import type { Sql } from '../read-model/sql.ts'
import type { ClusterPicture } from '../read-model/operator/cluster-picture.ts'
import type { LoadCommand } from './steering/command-loads.ts'
import type { OperatorStores } from './stores.ts'
import type { Watches } from './watching/watches.ts'

/** What steering knows of who asks, over the API or from a shell. */
export interface SteeringContext extends Omit<OperatorStores, 'close'> {
  readonly role: OperatorRole
  /** The name that the key was issued with. */
  readonly keyName: string
  readonly sql: Sql
  /** The same one for all fields of a request; of a subscription the newest. */
  readonly picture: () => Promise<ClusterPicture>
  /** Of fields: all of a moment by one read. */
  readonly loadCommand: LoadCommand
  /** By `performance.now()`: nobody is waited for any longer, so that the answer comes in time. */
  readonly patienceEndsMs: number
}

/** What every resolver of the operators' API knows of its request. */
export interface RequestContext extends SteeringContext {
  /** By module; one read for all fields of a request. */
  readonly registrations: () => Promise<readonly Registration[]>
  /** undefined: this control plane reads none. */
  readonly records: RecordSource | undefined
  readonly watches: Watches
}
