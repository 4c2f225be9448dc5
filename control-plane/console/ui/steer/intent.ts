/** What somebody is about to do: the dialog asks, shows what it touches, and does it. */

import type { ComponentChildren } from 'preact'
import type { Variables } from '../ask.ts'
import type { Choice } from './choices.tsx'
import type { MutationName, MutationResult } from './mutations.ts'

export interface Intent {
  /** On the button; also what is confirmed. */
  readonly verb: string
  /** What the dialog asks. */
  readonly title: string
  readonly mutation: MutationName
  readonly args: Variables
  /** What it means, beyond what it touches. */
  readonly says?: ComponentChildren
  /** To be decided before anything is shown. */
  readonly choices?: readonly Choice[]
  readonly isGrave?: boolean
  readonly onDone?: (result: MutationResult) => void
  /** Beneath the result. */
  readonly next?: (result: MutationResult) => ComponentChildren
}
