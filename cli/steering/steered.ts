/**
 * Steering from a shell: the mutations of the operators' API themselves, with the same audit log, commands and
 * acknowledgements; only who may is asked by Postgres, by the credentials of DATABASE_URL.
 */

import { commandLoads } from '../../control-plane/operator/steering/command-loads.ts'
import {
  madeIdOf,
  messageOfEntry,
  outcomeOf,
  unanswered,
} from '../../control-plane/operator/steering/command-words.ts'
import type { Steered } from '../../control-plane/operator/steering/steer.ts'
import type { SteeringContext } from '../../control-plane/operator/request-context.ts'
import { openOperatorStores } from '../../control-plane/operator/stores.ts'
import { statusReader } from '../../control-plane/read-model/operator/status-reports.ts'
import { resolveOptions } from '../../runtime/config/index.ts'
import { TroupeError } from '../../runtime/errors.ts'
import { openDatabase, requireMigrated } from '../../runtime/store/index.ts'
import { attention } from '../exit-code.ts'
import { wholeNumber } from '../time-option.ts'
import { steeredText } from './steered-text.ts'

export interface SteerOptions {
  readonly by: string
  readonly reason?: string
  readonly wait: string
  readonly json?: boolean
}

/** Prints what came of it. Throws CONFIG_INVALID with the reason where it was refused. */
export const steered = async (
  { by, wait, json }: SteerOptions,
  ask: (context: SteeringContext) => Promise<Steered>,
): Promise<void> => {
  const waitMs = 1_000 * wholeNumber('--wait', wait, 0, 60)
  const { databaseUrl } = resolveOptions({}, process.env)
  await requireMigrated(databaseUrl)
  const database = openDatabase({ url: databaseUrl, applicationName: 'troupe-cli', maxConnections: 1 })
  const stores = openOperatorStores(databaseUrl)
  const reader = statusReader({ sql: database.sql })
  try {
    const { entry, command } = await ask({
      ...stores,
      role: 'admin',
      keyName: by,
      sql: database.sql,
      picture: () => reader.current(),
      loadCommand: commandLoads(stores.desk),
      patienceEndsMs: performance.now() + waitMs,
    })
    const result = {
      outcome: outcomeOf(entry, command),
      message: messageOfEntry(entry, command),
      touches: entry.touches,
      auditId: entry.id,
      commandId: entry.commandId ?? null,
      madeId: madeIdOf(entry, command) ?? null,
      answers: command?.answers ?? [],
      waitingFor: command === undefined ? [] : unanswered(command),
    }
    if (json) console.log(JSON.stringify(result))
    else if (entry.outcome !== 'refused') console.log(steeredText(result))
    if (entry.outcome === 'refused') throw new TroupeError('CONFIG_INVALID', result.message)
    if (!['DONE', 'DRY_RUN'].includes(result.outcome)) process.exitCode = attention
  } finally {
    await Promise.all([stores.close(), database.close()])
  }
}
