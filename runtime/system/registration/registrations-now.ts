/** The registrations at the start of a process, before it knows whether it needs Postgres at all. */

import type { Options } from '../../config/index.ts'
import type { Registration } from '../../control/index.ts'
import { messageOf } from '../../errors.ts'
import { openCommandBox } from '../../store/index.ts'
import type { Log } from '../../telemetry/index.ts'

/** Where Postgres is away, or has no tables yet: none. Whoever keeps effects there does not start then anyway. */
export const registrationsNow = async (
  { databaseUrl }: Options,
  log: Log,
): Promise<readonly Registration[]> => {
  const box = openCommandBox({ url: databaseUrl })
  try {
    return await box.registrations()
  } catch (error) {
    log.debug(`registrations are not known: ${messageOf(error)}`)
    return []
  } finally {
    await box.close()
  }
}
