/** Reads one connection's messages on their way, and carries out what is armed for its COMMITs. */

import type { ArmedFault, CommitFaults } from './commit-fault.ts'
import type { Inspector, Link } from './link.ts'
import { PostgresConversation, type CommitAnswer, type CommitSeen } from './postgres-conversation.ts'
import { FrameReader, type Frame } from './postgres-frames.ts'

/** A COMMIT whose answer decides. */
interface Awaited {
  readonly armed: ArmedFault
  readonly commit: CommitSeen
  /** Which of the connection's COMMITs it is. */
  readonly nth: number
}

export class PostgresInspector implements Inspector {
  readonly #link: Link
  readonly #faults: CommitFaults
  readonly #encryption: 'refuse' | 'pass'
  readonly #conversation = new PostgresConversation()
  readonly #client = new FrameReader('client')
  readonly #server = new FrameReader('server')
  #opaque = false
  #awaited: Awaited | undefined
  /**
   * Messages that prepare an Execute, until it comes: a server that has got a part of a COMMIT is busy, and no more
   * idle in a transaction.
   */
  readonly #step: Buffer[] = []
  /** The client's bytes go nowhere any more. */
  #deaf = false
  #mute = false

  constructor(link: Link, faults: CommitFaults, encryption: 'refuse' | 'pass') {
    this.#link = link
    this.#faults = faults
    this.#encryption = encryption
  }

  fromClient(bytes: Buffer): void {
    if (this.#deaf) return
    if (this.#opaque) {
      this.#link.toServer(bytes)
      return
    }
    const passed: Buffer[] = []
    const flush = (): void => {
      if (passed.length > 0) this.#link.toServer(Buffer.concat(passed.splice(0)))
    }
    const pass = (frame: Frame): void => {
      this.#step.push(frame.bytes)
      if (!preparing.has(frame.type)) passed.push(...this.#step.splice(0))
    }
    for (const frame of this.#framesOf(this.#client, bytes)) {
      if (this.#answersItself(frame)) continue
      const commit = this.#conversation.sent(frame)
      const armed = commit && this.#faults.meets(commit)
      if (commit === undefined || armed === undefined) {
        pass(frame)
        continue
      }
      flush()
      if (this.#carryOut(armed, commit, frame) === 'over') return
    }
    flush()
  }

  fromServer(bytes: Buffer): void {
    if (this.#opaque) {
      this.#link.toClient(bytes)
      return
    }
    const passed: Buffer[] = []
    for (const frame of this.#framesOf(this.#server, bytes)) {
      if (frame.type === 'encryption-answer' && frame.bytes.toString() === 'S') {
        this.#opaque = true
        this.#link.toClient(Buffer.concat([frame.bytes, this.#server.rest()]))
        return
      }
      const answer = this.#conversation.received(frame)
      if (answer !== undefined && this.#awaited && this.#conversation.commitsAnswered >= this.#awaited.nth)
        this.#answered(this.#awaited, answer)
      if (!this.#mute) passed.push(frame.bytes)
    }
    if (passed.length > 0) this.#link.toClient(Buffer.concat(passed))
  }

  ended(): void {
    this.#awaited?.armed.missed()
  }

  #framesOf(reader: FrameReader, bytes: Buffer): readonly Frame[] {
    try {
      return reader.push(bytes)
    } catch {
      // Postgres ends such a connection too.
      this.#deaf = true
      this.#link.cut()
      return []
    }
  }

  #answersItself({ type }: Frame): boolean {
    if (type !== 'ssl-request' && type !== 'gss-request') return false
    if (this.#encryption === 'refuse') this.#link.toClient(Buffer.from('N'))
    else this.#server.expectAnswer()
    return this.#encryption === 'refuse'
  }

  #carryOut(armed: ArmedFault, commit: CommitSeen, frame: Frame): 'over' | 'goes on' {
    const { fault } = armed
    const step = Buffer.concat([...this.#step.splice(0), frame.bytes])
    switch (fault.kind) {
      case 'cut-before':
        this.#deaf = true
        armed.did({ commit, answer: undefined })
        this.#link.cut()
        return 'over'
      case 'freeze':
        this.#link.freeze()
        this.#link.toServer(step)
        armed.did({ commit, answer: undefined })
        return 'goes on'
      case 'cut-after':
      case 'delay-then-cut':
        this.#awaited = { armed, commit, nth: this.#conversation.commitsSent }
        this.#link.toServer(step)
        return 'goes on'
      case 'late-commit':
        this.#deaf = true
        this.#mute = true
        this.#awaited = { armed, commit, nth: this.#conversation.commitsSent }
        this.#link.cutClient()
        setTimeout(() => {
          this.#link.toServer(frame.type === 'E' ? Buffer.concat([step, syncFrame]) : step)
        }, fault.delayMs)
        return 'over'
    }
  }

  #answered({ armed, commit }: Awaited, answer: CommitAnswer): void {
    const { fault } = armed
    this.#awaited = undefined
    this.#mute = true
    this.#deaf = true
    const cut = (): void => {
      armed.did({ commit, answer })
      this.#link.cut()
    }
    if (fault.kind === 'delay-then-cut') setTimeout(cut, fault.delayMs)
    else cut()
  }
}

/** Parse, Bind, Describe, Close: the server does not answer before an Execute, a Flush or a Sync. */
const preparing: ReadonlySet<string> = new Set(['P', 'B', 'D', 'C'])

/** The server keeps its answer to an Execute back until somebody asks for it. */
const syncFrame = Buffer.from([0x53, 0, 0, 0, 4])
