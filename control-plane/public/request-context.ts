import type { Sql } from '../read-model/sql.ts'
import type { Loads } from './loads.ts'
import type { PackageChanges } from './package-changes.ts'

/** What every resolver of the public API knows of its request. */
export interface RequestContext {
  readonly tenant: string
  /** Sees this tenant's rows alone. */
  readonly sql: Sql
  readonly loads: Loads
  /** Shared with the tenant's other requests: for what no client can make fail. */
  readonly together: () => Loads
  readonly changes: PackageChanges
}
