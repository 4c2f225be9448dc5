/** The mutations that the console knows, with the types of their arguments; each takes the last three besides. */

import type { Role } from '../role.ts'

const module = 'String!'
const options = 'ActorOptionsInput'
const node = 'String!'

export const mutations = {
  pause: { group: 'String!', actor: 'String', topic: 'String', partition: 'Int' },
  resume: { group: 'String!', actor: 'String', topic: 'String', partition: 'Int' },
  resetOffsets: {
    group: 'String!',
    actor: 'String',
    topic: 'String',
    partition: 'Int',
    to: 'OffsetPlace!',
    time: 'DateTime',
    offset: 'SafeInt',
    dedupe: 'Dedupe',
  },
  audit: { group: 'String!' },
  redrive: { filter: 'DeadLetterFilter!', ratePerSecond: 'Float', maxRedrives: 'Int' },
  pauseRedrive: { id: 'ID!' },
  resumeRedrive: { id: 'ID!' },
  stopRedrive: { id: 'ID!' },
  replayRange: {
    group: 'String!',
    actor: 'String!',
    topic: 'String!',
    partition: 'Int!',
    fromOffset: 'SafeInt',
    toOffset: 'SafeInt',
    fromTime: 'DateTime',
    toTime: 'DateTime',
    dedupe: 'Dedupe',
    ratePerSecond: 'Float',
  },
  pauseReplay: { id: 'ID!' },
  resumeReplay: { id: 'ID!' },
  stopReplay: { id: 'ID!' },
  discardDeadLetters: { ids: '[ID!]!' },
  releaseParkedKey: {
    group: 'String!',
    actor: 'String!',
    topic: 'String!',
    partition: 'Int!',
    key: 'String!',
  },
  skipParkedKey: {
    group: 'String!',
    actor: 'String!',
    topic: 'String!',
    partition: 'Int!',
    key: 'String!',
    offset: 'SafeInt!',
  },
  registerActor: { module, options },
  configureActor: { module, options: 'ActorOptionsInput!' },
  enableActor: { module },
  disableActor: { module },
  unregisterActor: { module },
  canaryActor: { module, partitions: '[Int!]!' },
  shadowActor: { module, partitions: '[Int!]' },
  promoteActor: { module },
  rollBackActor: { actor: 'String!' },
  drainNode: { node },
  resumeNode: { node },
  restartNode: { node },
} as const

const ofAdmins: ReadonlySet<string> = new Set<MutationName>([
  'registerActor',
  'configureActor',
  'enableActor',
  'disableActor',
  'unregisterActor',
  'canaryActor',
  'shadowActor',
  'promoteActor',
  'rollBackActor',
])

/** Whom the API lets do it. */
export const roleFor = (name: MutationName): Role => (ofAdmins.has(name) ? 'ADMIN' : 'OPERATOR')

export type MutationName = keyof typeof mutations

const ofEach = { dryRun: 'Boolean', idempotencyKey: 'ID', reason: 'String' }

export const commandFields = `
  id kind body askedBy askedAt expiresAt state waitingForIds
  answers { processId nodeName state message details at }`

export const mutationText = (name: MutationName): string => {
  const types = Object.entries({ ...mutations[name], ...ofEach })
  const declared = types.map(([argument, type]) => `$${argument}: ${type}`).join(', ')
  const passed = types.map(([argument]) => `${argument}: $${argument}`).join(', ')
  return `mutation(${declared}) {
    result: ${name}(${passed}) { outcome message touches madeId audit { id } command { ${commandFields} } }
  }`
}

export interface CommandAnswer {
  readonly processId: string
  readonly nodeName: string
  readonly state: 'DONE' | 'REFUSED' | 'FAILED' | 'EXPIRED'
  readonly message: string
  readonly details: readonly string[]
  readonly at: string
}

export type CommandState = 'WAITING' | 'DONE' | 'PARTLY' | 'REFUSED' | 'EXPIRED'

export interface Command {
  readonly id: string
  readonly kind: string
  readonly body: string
  readonly askedBy: string
  readonly askedAt: string
  readonly expiresAt: string
  readonly state: CommandState
  readonly waitingForIds: readonly string[]
  readonly answers: readonly CommandAnswer[]
}

export type Outcome = 'DRY_RUN' | 'DONE' | 'PARTLY' | 'WAITING' | 'REFUSED' | 'FAILED' | 'BEGUN' | 'EXPIRED'

export interface MutationResult {
  readonly outcome: Outcome
  readonly message: string
  readonly touches: readonly string[]
  readonly madeId: string | null
  readonly audit: { readonly id: string }
  readonly command: Command | null
}
