import type { Database } from '../../runtime/store/index.ts'

/** A tagged template of SQL with its values bound; answers the rows. */
export type Sql = Database['sql']
