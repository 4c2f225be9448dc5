/** A group audited by one of its processes: a line for each unit, and one for each finding. */

import { selectionText, type Command, type CommandAnswer } from '../../control/index.ts'
import type { Options } from '../../config/index.ts'
import type { AuditStore } from '../../store/index.ts'
import { auditGroup, type AuditedPartition } from '../group-audit.ts'

export type AuditGroup = (command: Extract<Command, { kind: 'audit-group' }>) => Promise<CommandAnswer>

/** The log is not read: where counts alone do not tell, a finding says that they do not. */
export const auditGroupWith =
  (store: AuditStore, options: Options): AuditGroup =>
  async ({ units: selection }) => {
    const { group, actor, topic } = selection
    const audited = await auditGroup(store, options, {
      group,
      actor,
      topic,
      deep: false,
      onRead: () => undefined,
    })
    const found = audited.filter(({ audit }) => audit.findings.length > 0).length
    if (audited.length === 0)
      return {
        state: 'refused',
        message: `${selectionText(selection)} has no units in Postgres`,
        details: [],
      }
    return {
      state: 'done',
      message: `${String(audited.length)} units, ${found === 0 ? 'every offset is accounted for' : `${String(found)} with findings`}`,
      details: [...audited.flatMap(findingLines), ...audited.map(unitLine)],
    }
  }

const nameOf = ({ unit: { actor, topic, partition } }: AuditedPartition): string =>
  `${actor} ${topic}/${String(partition)}`

const findingLines = (audited: AuditedPartition): readonly string[] =>
  audited.audit.findings.map(({ kind, message }) => `finding: ${nameOf(audited)}: ${kind}: ${message}`)

const unitLine = (audited: AuditedPartition): string => {
  const { accounted, outcomes, behind } = audited.audit
  const range =
    accounted === undefined ? 'never begun' : `${String(accounted.from)} to ${String(accounted.to)}`
  return `${nameOf(audited)}: ${range}, ${String(outcomes)} outcomes, ${String(behind)} behind`
}
