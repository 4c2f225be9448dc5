/** Who asked for what by the operators' API, when, and what came of it. */

export type OperatorRole = 'viewer' | 'operator' | 'admin'

/**
 * begun     being carried out, or whoever carried it out died over it
 * command   processes carry it out: the answers to its command tell what came of it
 * dry-run   only asked what it would touch
 */
export type AuditOutcome = 'begun' | 'command' | 'done' | 'refused' | 'failed' | 'dry-run'

export interface NewAuditEntry {
  readonly who: string
  readonly role: OperatorRole
  readonly mutation: string
  readonly arguments: Readonly<Record<string, unknown>>
  /** Why, as whoever asked gave it; '': nothing was given. */
  readonly reason: string
  readonly idempotencyKey: string | undefined
  /** What it touches, a line each. */
  readonly touches: readonly string[]
}

export interface AuditEntry extends NewAuditEntry {
  readonly id: number
  readonly at: Date
  readonly outcome: AuditOutcome
  readonly message: string
  readonly commandId: number | undefined
  /** Of what it made: a redrive campaign, what is asked of a parked key's owner. */
  readonly madeId: number | undefined
}
