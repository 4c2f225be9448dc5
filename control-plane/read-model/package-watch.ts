/** What a replica says and reads to tell clients of packages that change: schemas/sql/081. */

import type { Sql } from './sql.ts'

/** Changes are told from the transactions that begin to write after this. */
export const watchPackages = async (sql: Sql, replica: string, forMs: number): Promise<void> => {
  await sql`
    insert into tracking.watchers (replica, watches_until)
    values (${replica}, clock_timestamp() + ${forMs}::float8 * interval '1 ms')
    on conflict (replica) do update set watches_until = excluded.watches_until`
}

/** Its own row, and those of replicas that are gone. */
export const watchNoMore = async (sql: Sql, replica: string): Promise<void> => {
  await sql`
    delete from tracking.watchers
    where replica = ${replica} or watches_until < clock_timestamp() - interval '1 h'`
}

export const listenToPackages = (sql: Sql): Promise<unknown> => sql`listen troupe_packages`

export interface PackageNotice {
  readonly tenant: string
  /** undefined: more than a notice can name. */
  readonly ids: readonly string[] | undefined
}

/** undefined: of another version of Troupe. */
export const noticeIn = (payload: string): PackageNotice | undefined => {
  const [tenant, ...ids] = textsIn(payload)
  return tenant === undefined ? undefined : { tenant, ids: ids.length === 0 ? undefined : ids }
}

const textsIn = (payload: string): readonly string[] => {
  try {
    const parsed: unknown = JSON.parse(payload)
    return Array.isArray(parsed) && parsed.every((part) => typeof part === 'string') ? parsed : []
  } catch {
    return []
  }
}
