/**
 * Which actor modules run, and with which options. Where nothing is registered every module of the folder runs, as it
 * is; from the first registration on, those that are registered and enabled, and nothing else. So that the first one
 * does not stop the others, what runs then is registered with it.
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

export type RegistrationState = 'enabled' | 'disabled' | 'unregistered'

export const registrationTransitions = {
  enabled: ['enabled', 'disabled', 'unregistered'],
  disabled: ['enabled', 'disabled', 'unregistered'],
  unregistered: ['enabled'],
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
  readonly by: string
  readonly at: Date
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
