/** `troupe schema …`: which event types there are, which versions live, who reads them, and whether all fit together. */

import { Command } from 'commander'

import { resolveOptions } from '../../runtime/config/index.ts'
import { TroupeError } from '../../runtime/errors.ts'
import { endNow } from '../end-now.ts'
import { attention } from '../exit-code.ts'
import { schemaProblems, schemaTable } from './schema-text.ts'
import { subjectReports, type SubjectReport } from './subject-reports.ts'

interface SchemaOptions {
  readonly json?: boolean
}

export const schemaCommands = (): Command =>
  new Command('schema')
    .description('event types, their versions in the registry, and which actor reads them')
    .addHelpText(
      'after',
      `
Schemas come from SCHEMAS_DIR, actors from ACTORS_DIR, versions from the registry.

  troupe schema list
  troupe schema check shipping.package.scanned     before a deployment`,
    )
    .addCommand(listCommand())
    .addCommand(checkCommand())

const listCommand = (): Command =>
  new Command('list')
    .description('event types, subjects, versions, readers')
    .option('--json', 'for programs')
    .action(async ({ json }: SchemaOptions) => {
      const reports = await subjectReports(resolveOptions({}, process.env))
      console.log(json ? JSON.stringify(reports) : schemaTable(reports))
      endNow()
    })

const checkCommand = (): Command =>
  new Command('check')
    .description('can the latest schemas be published, and every actor read every live version?')
    .argument('[event]', 'this event type only')
    .option('--json', 'for programs: { fits, problems }')
    .addHelpText('after', '\nExit code 0: yes; 6: no, and why.')
    .action(async (event: string | undefined, { json }: SchemaOptions) => {
      const reports = named(event, await subjectReports(resolveOptions({}, process.env)))
      const problems = schemaProblems(reports)
      const fits = problems.length === 0
      if (json) console.log(JSON.stringify({ fits, problems }))
      else
        console.log(
          fits
            ? `${String(reports.length)} event types: all can be published, and be read by their actors`
            : problems.join('\n'),
        )
      if (!fits) process.exitCode = attention
      endNow()
    })

const named = (event: string | undefined, reports: readonly SubjectReport[]): readonly SubjectReport[] => {
  const found = reports.filter((report) => event === undefined || report.event === event)
  if (found.length > 0 || event === undefined) return found
  throw new TroupeError(
    'CONFIG_INVALID',
    `SCHEMAS_DIR has no event type ${event}; there are ${reports.map((report) => report.event).join(', ') || 'none'}`,
  )
}
