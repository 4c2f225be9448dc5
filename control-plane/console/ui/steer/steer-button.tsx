/** A button that does something: what it would touch is shown and confirmed first, who has done it afterwards. */

import { createContext, type ComponentChildren } from 'preact'
import { useContext, useEffect, useState } from 'preact/hooks'

import { useMaySteer } from '../page.tsx'
import type { Intent } from './intent.ts'
import { roleFor } from './mutations.ts'
import { SteerDialog } from './steer-dialog.tsx'

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
  if (!useMaySteer(roleFor(intent.mutation))) return null
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
