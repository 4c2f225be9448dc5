/**
 * What one connection is about: its startup, the transaction it is in, and which answer of the server is the one to a
 * COMMIT. Statements may be simple or extended, prepared long before, several in one message, and sent without
 * waiting for answers.
 *
 * Answers are matched by counting: an Execute has one end (CommandComplete, EmptyQueryResponse, PortalSuspended), a
 * Query one for each of its statements until ReadyForQuery, and an error skips everything up to the next Sync.
 */

import { textAt, type Frame } from './postgres-frames.ts'
import { kindOf, statementsIn } from './sql-kind.ts'

/** A COMMIT that a client wants to be forwarded. */
export interface CommitSeen {
  readonly applicationName: string
  readonly user: string
  readonly database: string
  /** Of the transaction, since its BEGIN, as they were sent. */
  readonly statements: readonly string[]
  /** One of them is an INSERT, UPDATE, DELETE, MERGE, COPY or DDL. */
  readonly wrote: boolean
}

/** `COMMIT`, `ROLLBACK` (a statement had failed) or `ERROR`. */
export type CommitAnswer = 'COMMIT' | 'ROLLBACK' | 'ERROR'

type Expected =
  | { readonly kind: 'execute'; readonly commit: boolean }
  | { readonly kind: 'query'; readonly commit: boolean }
  | { readonly kind: 'sync' }

export class PostgresConversation {
  readonly #parameters = new Map<string, string>()
  readonly #prepared = new Map<string, string>()
  readonly #portals = new Map<string, string>()
  #statements: string[] = []
  #wrote = false
  #expected: Expected[] = []
  commitsSent = 0
  commitsAnswered = 0

  get applicationName(): string {
    return this.#parameters.get('application_name') ?? ''
  }

  /** Of the client, in its order. Answers what COMMIT this frame would carry out. */
  sent({ type, bytes }: Frame): CommitSeen | undefined {
    switch (type) {
      case 'startup':
        this.#start(bytes)
        return undefined
      case 'P': {
        const name = textAt(bytes, 5)
        this.#prepared.set(name.text, textAt(bytes, name.end).text)
        return undefined
      }
      case 'B': {
        const portal = textAt(bytes, 5)
        this.#portals.set(portal.text, this.#prepared.get(textAt(bytes, portal.end).text) ?? '')
        return undefined
      }
      case 'C': {
        const closed = String.fromCharCode(bytes[5] ?? 0) === 'S' ? this.#prepared : this.#portals
        closed.delete(textAt(bytes, 6).text)
        return undefined
      }
      case 'E': {
        const commit = this.#run(this.#portals.get(textAt(bytes, 5).text) ?? '')
        this.#expected.push({ kind: 'execute', commit: commit !== undefined })
        return commit
      }
      case 'Q': {
        const commit = this.#run(textAt(bytes, 5).text)
        this.#expected.push({ kind: 'query', commit: commit !== undefined })
        return commit
      }
      case 'F':
        this.#expected.push({ kind: 'query', commit: false })
        return undefined
      case 'S':
        this.#expected.push({ kind: 'sync' })
        return undefined
      default:
        return undefined
    }
  }

  /** Of the server, in its order. Answers what became of the oldest COMMIT, if this frame says so. */
  received({ type, bytes }: Frame): CommitAnswer | undefined {
    switch (type) {
      case 'C':
        return this.#completed(textAt(bytes, 5).text)
      case 'I':
      case 's':
        if (this.#expected[0]?.kind === 'execute') this.#expected.shift()
        return undefined
      case 'E':
        return this.#failed()
      case 'Z':
        this.#ready()
        return undefined
      default:
        return undefined
    }
  }

  #start(bytes: Buffer): void {
    for (let at = 8; at < bytes.length && bytes[at] !== 0;) {
      const name = textAt(bytes, at)
      const value = textAt(bytes, name.end)
      this.#parameters.set(name.text, value.text)
      at = value.end
    }
  }

  #run(text: string): CommitSeen | undefined {
    let commit: CommitSeen | undefined
    for (const statement of statementsIn(text)) {
      const kind = kindOf(statement)
      switch (kind) {
        case 'begin':
        case 'rollback':
          this.#forget()
          break
        case 'commit':
          commit = this.#commit()
          this.#forget()
          break
        case 'write':
        case 'other':
          this.#statements.push(statement)
          this.#wrote ||= kind === 'write'
      }
    }
    return commit
  }

  #commit(): CommitSeen {
    this.commitsSent += 1
    return {
      applicationName: this.applicationName,
      user: this.#parameters.get('user') ?? '',
      database: this.#parameters.get('database') ?? this.#parameters.get('user') ?? '',
      statements: this.#statements,
      wrote: this.#wrote,
    }
  }

  /** Statements outside of a transaction are their own: they are nobody's once the next one begins. */
  #forget(): void {
    this.#statements = []
    this.#wrote = false
  }

  #completed(tag: string): CommitAnswer | undefined {
    const expected = this.#expected[0]
    if (expected === undefined || expected.kind === 'sync') return undefined
    if (expected.kind === 'execute') this.#expected.shift()
    if (!expected.commit) return undefined
    if (tag !== 'COMMIT' && tag !== 'ROLLBACK') return undefined
    this.commitsAnswered += 1
    // The other statements of its query have answers too.
    if (expected.kind === 'query') this.#expected[0] = { kind: 'query', commit: false }
    return tag
  }

  #failed(): CommitAnswer | undefined {
    let answer: CommitAnswer | undefined
    for (let expected = this.#expected[0]; expected !== undefined && expected.kind !== 'sync';) {
      if (expected.commit) {
        answer = 'ERROR'
        this.commitsAnswered += 1
      }
      if (expected.kind === 'query') {
        this.#expected[0] = { kind: 'query', commit: false }
        break
      }
      this.#expected.shift()
      expected = this.#expected[0]
    }
    return answer
  }

  #ready(): void {
    const end = this.#expected.findIndex(({ kind }) => kind !== 'execute')
    if (end >= 0) this.#expected.splice(0, end + 1)
  }
}
