/**
 * One thing that an operator does, from the wish to its result: nothing is done before what it would touch was shown.
 * What could not be delivered may be sent again: it is the same thing to the server, by its idempotency key.
 */

import { useRef, useState } from 'preact/hooks'

import { ask, type Refusal, type Variables } from '../ask.ts'
import { mutationText, type MutationName, type MutationResult } from './mutations.ts'

export type Step =
  | { readonly kind: 'choosing' }
  | { readonly kind: 'previewing' }
  | { readonly kind: 'shown'; readonly args: Variables; readonly preview: MutationResult }
  | { readonly kind: 'doing'; readonly args: Variables; readonly preview: MutationResult }
  | { readonly kind: 'done'; readonly result: MutationResult }
  /** `nothingSent`: only a preview was asked for, so that other choices can be made. */
  | {
      readonly kind: 'failed'
      readonly message: string
      readonly nothingSent: boolean
      readonly again: () => void
    }

/** The server answers within eight seconds, with who has not acknowledged. */
const patienceMs = 20_000

/** Where pages come by plain HTTP `crypto.randomUUID` is not there. */
const newKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  )

export interface Steering {
  readonly step: Step
  readonly choose: () => void
  readonly preview: (args: Variables) => Promise<void>
  readonly carryOut: (reason: string) => Promise<void>
}

export const useSteering = (mutation: MutationName, onDone: (result: MutationResult) => void): Steering => {
  const [step, setStep] = useState<Step>({ kind: 'choosing' })
  const key = useRef('')
  const send = (variables: Variables): Promise<{ readonly result: MutationResult }> =>
    ask({ query: mutationText(mutation), variables }, AbortSignal.timeout(patienceMs))
  const failed = (refusal: unknown, nothingSent: boolean, again: () => void): void =>
    setStep({ kind: 'failed', message: (refusal as Refusal).message, nothingSent, again })

  const preview = async (args: Variables): Promise<void> => {
    setStep({ kind: 'previewing' })
    key.current = newKey()
    await send({ ...args, dryRun: true }).then(
      ({ result }) => setStep({ kind: 'shown', args, preview: result }),
      (refusal: unknown) => failed(refusal, true, () => void preview(args)),
    )
  }
  const doIt = async (args: Variables, shown: MutationResult, reason: string): Promise<void> => {
    setStep({ kind: 'doing', args, preview: shown })
    await send({ ...args, idempotencyKey: key.current, reason }).then(
      ({ result }) => {
        setStep({ kind: 'done', result })
        onDone(result)
      },
      (refusal: unknown) => failed(refusal, false, () => void doIt(args, shown, reason)),
    )
  }
  return {
    step,
    choose: () => setStep({ kind: 'choosing' }),
    preview,
    carryOut: async (reason) => {
      if (step.kind === 'shown') await doIt(step.args, step.preview, reason)
    },
  }
}
