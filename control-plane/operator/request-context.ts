import type { OperatorRole } from '../auth/key-holder.ts'
import type { ClusterPicture } from '../read-model/operator/cluster-picture.ts'

/** What every resolver of the operators' API knows of its request. */
export interface RequestContext {
  readonly role: OperatorRole
  /** The name that the key was issued with. */
  readonly keyName: string
  /** The same one for all fields of a request. */
  readonly picture: () => Promise<ClusterPicture>
}
