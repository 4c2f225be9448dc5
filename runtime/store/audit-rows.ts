/** Rows of the audit log as the server answers them. */

import type { AuditEntry, AuditOutcome, OperatorRole } from '../control/index.ts'

export interface AuditRow {
  readonly id: number
  readonly at: Date
  readonly who: string
  readonly role: OperatorRole
  readonly mutation: string
  readonly arguments: Readonly<Record<string, unknown>>
  readonly reason: string
  readonly idempotency_key: string | null
  readonly outcome: AuditOutcome
  readonly message: string
  readonly touches: readonly string[]
  readonly command_id: number | null
  readonly made_id: number | null
}

export const auditEntryOf = ({ idempotency_key, command_id, made_id, ...row }: AuditRow): AuditEntry => ({
  id: row.id,
  at: row.at,
  who: row.who,
  role: row.role,
  mutation: row.mutation,
  arguments: row.arguments,
  reason: row.reason,
  idempotencyKey: idempotency_key ?? undefined,
  outcome: row.outcome,
  message: row.message,
  touches: row.touches,
  commandId: command_id ?? undefined,
  madeId: made_id ?? undefined,
})
