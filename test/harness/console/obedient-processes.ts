/** Processes that carry out whatever they are asked, at once: what they say of modules is the test's. */

import type { Test } from 'tap'

import { printedCheck, type CheckedModule } from '../../../runtime/control/index.ts'
import { openCommandBox } from '../../../runtime/store/index.ts'

/** A module defines the actor that its name begins with, before a dash, in the group shop. */
const checked = (module: string): CheckedModule => {
  const actor = module.split('-')[0] ?? module
  return {
    ...{ module, actor, group: 'shop', version: `${module}@1`.padEnd(12, '0').slice(0, 12) },
    lines: [`${actor} reads scans with effects postgres, order key`],
    shape: {
      ...{ actor, group: 'shop', topics: ['scans'] },
      ...{ order: 'key', effects: 'postgres', startFrom: 'earliest' },
    },
  }
}

export interface ObedientOptions {
  readonly databaseUrl: string
  /** Node by id of the process. */
  readonly processes: Readonly<Record<string, string>>
  /** Modules that run before anything is registered. */
  readonly running: readonly string[]
  /** Why a module is none; undefined: it is one. */
  readonly refuses?: (module: string) => string | undefined
}

export const obedientProcesses = async (t: Test, options: ObedientOptions): Promise<void> => {
  const { databaseUrl, processes, running, refuses } = options
  const box = openCommandBox({ url: databaseUrl })
  let work = Promise.resolve()
  const obey = async (): Promise<void> => {
    for (const [id, node] of Object.entries(processes))
      for (const { id: commandId, kind, body } of await box.waiting(id)) {
        const { module = '' } = body as { readonly module?: string }
        const wrong = kind === 'check-actor' ? refuses?.(module) : undefined
        const details =
          kind === 'check-actor' ? [checked(module), ...running.map(checked)].map(printedCheck) : []
        await box.answer(
          commandId,
          { id, node },
          wrong === undefined
            ? { state: 'done', message: `it is as was asked`, details }
            : { state: 'refused', message: wrong, details: [] },
        )
      }
  }
  // A second connection: one that listens does nothing else.
  const listener = await box.listen(() => {
    work = work.then(obey)
  })
  t.teardown(async () => {
    await listener.close()
    await work
    await box.close()
  })
}
