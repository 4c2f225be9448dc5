/** Dead letters as they are asked for, and how their search stands in an address. */

import type { Variables } from '../ask.ts'
import { instantOf } from '../time-field.ts'

export interface Letter {
  readonly id: string
  readonly groupName: string
  readonly actor: string
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly key: string | null
  readonly tenant: string
  readonly eventId: string
  readonly eventType: string
  readonly outcome: string
  readonly attempts: number
  readonly errorClass: string
  readonly errorCode: string
  readonly message: string
  readonly failedAt: string
  readonly state: 'DEAD' | 'REDRIVING' | 'REDRIVEN' | 'DISCARDED'
  readonly redrives: number
}

export const letterFields = `
  id groupName actor topic partition offset key tenant eventId eventType outcome attempts
  errorClass errorCode message failedAt state redrives`

export type Query = Readonly<Record<string, string>>

const texts = ['group', 'actor', 'topic', 'tenant', 'error', 'key', 'eventId', 'text'] as const

/** As the API takes it; what the address does not say is not in it. */
export const filterOf = (query: Query): Variables =>
  Object.fromEntries(
    [
      ...texts.map((name) => [name, query[name]] as const),
      ['from', instantOf(query['from'])] as const,
      ['to', instantOf(query['to'])] as const,
    ].filter(([, value]) => value !== undefined && value !== ''),
  )
