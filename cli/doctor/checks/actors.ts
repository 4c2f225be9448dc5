/** Do schemas and actors load, and does the registry have what they need? */

import { resolve } from 'node:path'

import type { Options } from '../../../runtime/config/index.ts'
import { loadApplication } from '../../../runtime/system/application.ts'
import { subjectReports } from '../../schema/subject-reports.ts'
import { fail, ok, warn, type Check, type Finding } from '../finding.ts'

export const actorsCheck = (options: Options): Check => ({
  name: 'actors',
  remedy: 'mend what it names: ACTORS_DIR and SCHEMAS_DIR are the folders',
  run: async () => {
    const { actors, catalogue } = await loadApplication(options)
    const names = actors.map(({ definition, group }) => `${definition.name} (group ${group})`)
    return [
      ok(`${resolve(options.actorsDir)}: ${names.join(', ')}`),
      ok(`${resolve(options.schemasDir)}: ${String(catalogue.names.length)} event types`),
    ]
  },
})

export const schemasCheck = (options: Options): Check => ({
  name: 'schemas',
  remedy: 'see what failed above',
  run: async () => {
    const reports = await subjectReports(options)
    const problems = reports.flatMap((report) => report.problems)
    const unregistered = reports.filter((report) => report.registered.length === 0)
    const unread = reports.filter(({ readers }) => readers.length === 0)
    return [
      ...problems.map((problem): Finding =>
        fail(
          problem,
          'mend the schema or the actor before they are deployed: troupe schema list shows versions and readers',
        ),
      ),
      ...unregistered.map(({ subject }) =>
        warn(`the registry has no ${subject} yet`, 'its first publisher registers it, where it may'),
      ),
      ...(problems.length + unregistered.length === 0
        ? [
            ok(
              `${String(reports.length)} subjects are registered and fit${unread.length === 0 ? '' : `; nobody here reads ${unread.map(({ event }) => event).join(', ')}`}`,
            ),
          ]
        : []),
    ]
  },
})
