/** What a check of `troupe doctor` found. */

export type FindingState = 'ok' | 'warn' | 'fail'

export interface Finding {
  /** fail: Troupe cannot do its work. warn: it can, and somebody should know. */
  readonly state: FindingState
  readonly message: string
  /** What to do; '' where nothing is to be done. */
  readonly remedy: string
}

export interface CheckedFinding extends Finding {
  readonly check: string
}

export interface Check {
  readonly name: string
  readonly run: () => Promise<readonly Finding[]>
  /** For whoever finds it failing: where to look. */
  readonly remedy: string
}

export const ok = (message: string): Finding => ({ state: 'ok', message, remedy: '' })
export const warn = (message: string, remedy: string): Finding => ({ state: 'warn', message, remedy })
export const fail = (message: string, remedy: string): Finding => ({ state: 'fail', message, remedy })
