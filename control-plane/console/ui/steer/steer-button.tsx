/** A button that does something: what it would touch is shown and confirmed first, who has done it afterwards. */

import { createContext, type ComponentChildren } from 'preact'
import { useContext, useEffect, useState } from 'preact/hooks'

import type { Variables } from '../ask.ts'
import { useMaySteer } from '../page.tsx'
import type { Choice } from './choices.tsx'
import type { MutationName, MutationResult } from './mutations.ts'
import { SteerDialog } from './steer-dialog.tsx'

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

const OpenContext = createContext<(intent: Intent) => void>(() => undefined)

/** The dialog belongs to no page: the row that it was opened from may be gone when its result comes. */
export const SteerHost = ({ children }: { children: ComponentChildren }) => {
  const [intent, setIntent] = useState<Intent>()
  useEffect(() => {
    const leave = (): void => setIntent(undefined)
    addEventListener('hashchange', leave)
    return () => removeEventListener('hashchange', leave)
  }, [])
  return (
    <OpenContext.Provider value={setIntent}>
      {children}
      {intent && <SteerDialog intent={intent} onClose={() => setIntent(undefined)} />}
    </OpenContext.Provider>
  )
}

interface SteerProps extends Intent {
  readonly isDisabled?: boolean
  /** For those who do not see what is beside it. */
  readonly label?: string
}

/** Nothing for those who may not. */
export const SteerButton = ({ isDisabled = false, label, ...intent }: SteerProps) => {
  const open = useContext(OpenContext)
  if (!useMaySteer()) return null
  return (
    <button
      type="button"
      class={intent.isGrave ? 'grave' : undefined}
      disabled={isDisabled}
      aria-label={label}
      aria-haspopup="dialog"
      onClick={() => open(intent)}
    >
      {intent.verb}
    </button>
  )
}
