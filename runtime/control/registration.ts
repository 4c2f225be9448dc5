/**
 * Which actor modules run, and with which options. Where nothing is registered every module of the folder runs, as it
 * is; from the first registration on, those that are registered and enabled, and nothing else. So that the first one
 * does not stop the others, what runs then is registered with it.
 *
 * Versions of an actor are modules that define it under one name, each with a file of its own. One of them is enabled;
 * another may be its canary and have some of its partitions. A partition, and so a key, is one version's at a time, and
 * the progress of the actor is one, whichever version it made. A third may be its shadow: it sees the records that those
 * have handled, and nothing of what it does is kept.
 */

export const registrationForm = 1

/** What may be set without touching the module. What is not given is the module's. */
export interface ActorOverrides {
  readonly concurrency?: number | undefined
  readonly lanes?: number | undefined
  readonly attempts?: number | undefined
  readonly backoff?: 'exponential' | 'fixed' | undefined
  readonly firstDelayMs?: number | undefined
  readonly maxDelayMs?: number | undefined
}

export type RegistrationState = 'enabled' | 'disabled' | 'unregistered' | 'canary' | 'shadow'

export const registrationTransitions = {
  enabled: ['enabled', 'disabled', 'unregistered'],
  disabled: ['enabled', 'disabled', 'unregistered', 'canary', 'shadow'],
  unregistered: ['enabled', 'canary', 'shadow'],
  canary: ['enabled', 'disabled', 'unregistered', 'canary', 'shadow'],
  shadow: ['enabled', 'disabled', 'unregistered', 'canary', 'shadow'],
} as const satisfies Record<RegistrationState, readonly RegistrationState[]>

export interface Registration {
  readonly module: string
  readonly state: RegistrationState
  readonly actor: string
  readonly group: string
  /** Of the module's file: the first characters of its SHA-256. */
  readonly version: string
  readonly form: number
  readonly options: ActorOverrides
  /** Of a canary: those that it handles. Of a shadow: those whose records it sees, or none for all. Else empty. */
  readonly partitions: readonly number[]
  readonly by: string
  readonly at: Date
}

/** A version that took the place of another one. */
export interface Promotion {
  readonly id: number
  readonly actor: string
  readonly group: string
  readonly module: string
  readonly version: string
  readonly fromModule: string
  readonly fromVersion: string
  readonly fromOptions: ActorOverrides
  readonly by: string
  readonly at: Date
  readonly rolledBackBy: string | undefined
  readonly rolledBackAt: Date | undefined
}

/** What versions of an actor must have in common to run side by side: their progress is one. */
export interface ActorShape {
  readonly actor: string
  readonly group: string
  readonly topics: readonly string[]
  readonly order: string
  readonly effects: string
  readonly startFrom: string
  /** It uses `ctx.sql`. Absent: it does not, or a process of an earlier version told. */
  readonly sql?: boolean
}

/** Why the candidate cannot have partitions of the current version; undefined: it can. */
export const misfitOfVersions = (current: ActorShape, candidate: ActorShape): string | undefined => {
  for (const name of ['actor', 'group', 'order', 'effects', 'startFrom'] as const) {
    if (current[name] !== candidate[name])
      return `its ${name} is ${candidate[name]}, and that of the version that runs is ${current[name]}`
  }
  const [ours, theirs] = [candidate.topics.toSorted().join(', '), current.topics.toSorted().join(', ')]
  return ours === theirs ? undefined : `it reads ${ours}, and the version that runs reads ${theirs}`
}

/** A name of a file or folder, and never a path: no dot, slash, backslash, percent sign or blank. */
export const isModuleName = (name: string): boolean => /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/.test(name)

/** What a process says of a module that it has loaded and checked. */
export interface CheckedModule {
  readonly module: string
  readonly actor: string
  readonly group: string
  readonly version: string
  /** What it is, a line each. */
  readonly lines: readonly string[]
  /** Absent: told by a process of an earlier version. */
  readonly shape?: ActorShape
}

/** As it travels in the details of an answer. */
export const printedCheck = (checked: CheckedModule): string => JSON.stringify(checked)

/** Undefined: it is none. */
export const parsedCheck = (line: string | undefined): CheckedModule | undefined => {
  try {
    const read = JSON.parse(line ?? '') as CheckedModule
    return typeof read.actor === 'string' && typeof read.version === 'string' ? read : undefined
  } catch {
    return undefined
  }
}
