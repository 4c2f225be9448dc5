/** Event types and their versions, as people read them. */

import { textTable } from '../text-table.ts'
import type { SubjectReport } from './subject-reports.ts'

export const schemaTable = (reports: readonly SubjectReport[]): string =>
  reports.length === 0
    ? 'no schemas: SCHEMAS_DIR holds none'
    : textTable(
        ['EVENT', 'SUBJECT', 'FILES', 'REGISTERED', 'LATEST', 'READ BY'],
        reports.map(({ event, subject, files, registered, problems, readers, isLatestRegistered }) => [
          event,
          subject,
          versionsText(files),
          versionsText(registered),
          problems.length > 0 ? 'see check' : isLatestRegistered ? 'registered' : 'fits, not registered yet',
          readers.length === 0
            ? 'nobody'
            : readers.map(({ actor, group }) => `${actor} (${group})`).join(', '),
        ]),
      )

const versionsText = (versions: readonly number[]): string =>
  versions.length === 0 ? '–' : versions.map((version) => `v${String(version)}`).join(' ')

export const schemaProblems = (reports: readonly SubjectReport[]): readonly string[] =>
  reports.flatMap(({ problems }) => problems)
