/** The steps of one thing that is done: choose, see what it would touch, say why, confirm, see who has done it. */

import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'

import { ChoiceFields, chosenAtFirst, type Choice } from './choices.tsx'
import { Lines } from './outcome.tsx'
import { Result } from './result.tsx'
import type { Intent } from './intent.ts'
import { useSteering } from './steering.ts'

const none: readonly Choice[] = []

interface DialogProps {
  readonly intent: Intent
  readonly onClose: () => void
}

export const SteerDialog = ({ intent, onClose }: DialogProps) => {
  const { verb, title, mutation, args, says, choices = none, isGrave, onDone, next } = intent
  const place = useRef<HTMLDialogElement>(null)
  const steering = useSteering(mutation, onDone ?? (() => undefined))
  const [chosen, setChosen] = useState(() => chosenAtFirst(choices))
  const { step } = steering
  const preview = (): void =>
    void steering.preview({ ...args, ...Object.assign({}, ...choices.map((one) => one.argsOf(chosen))) })
  useEffect(() => {
    place.current?.showModal()
    if (choices.length === 0) preview()
  }, [])
  // Buttons come and go with the steps: the keyboard stays in the dialog.
  useEffect(() => {
    if (!place.current?.contains(document.activeElement)) place.current?.querySelector('button')?.focus()
  }, [step.kind])
  const close = (): void => place.current?.close()
  return (
    <dialog ref={place} aria-labelledby="steer-title" onClose={onClose}>
      <h2 id="steer-title">{title}</h2>
      {says && step.kind !== 'done' && <p class="quiet">{says}</p>}
      {step.kind === 'choosing' && (
        <form
          onSubmit={(event) => {
            event.preventDefault()
            preview()
          }}
        >
          <ChoiceFields choices={choices} chosen={chosen} onChange={setChosen} />
          <Acts onClose={close}>
            <button type="submit" class="main">
              Show what it would do
            </button>
          </Acts>
        </form>
      )}
      {step.kind === 'previewing' && <p role="status">Asking what it would touch …</p>}
      {(step.kind === 'shown' || step.kind === 'doing') && (
        <form
          onSubmit={(event) => {
            event.preventDefault()
            const reason = new FormData(event.currentTarget).get('reason')
            void steering.carryOut(typeof reason === 'string' ? reason.trim() : '')
          }}
        >
          {step.preview.outcome === 'DRY_RUN' ? (
            <>
              <h3>What it would touch</h3>
              {step.preview.touches.length === 0 && <p class="quiet">Nothing that is running now.</p>}
              <Lines>{step.preview.touches}</Lines>
              <label>
                Why (for the audit log)
                <input name="reason" maxLength={1_000} autocomplete="off" disabled={step.kind === 'doing'} />
              </label>
            </>
          ) : (
            <p class="refusal" role="alert">
              {step.preview.message}
            </p>
          )}
          <Acts onClose={close}>
            {choices.length > 0 && (
              <button type="button" onClick={steering.choose} disabled={step.kind === 'doing'}>
                Back
              </button>
            )}
            {step.preview.outcome === 'DRY_RUN' && (
              <button type="submit" class={isGrave ? 'main grave' : 'main'} disabled={step.kind === 'doing'}>
                {step.kind === 'doing' ? 'Waiting for acknowledgement …' : verb}
              </button>
            )}
          </Acts>
        </form>
      )}
      {step.kind === 'failed' && (
        <>
          <p class="refusal" role="alert">
            {step.message}
          </p>
          <Acts onClose={close}>
            {choices.length > 0 && step.nothingSent && (
              <button type="button" onClick={steering.choose}>
                Back
              </button>
            )}
            <button type="button" class="main" onClick={step.again}>
              Try again
            </button>
          </Acts>
        </>
      )}
      {step.kind === 'done' && (
        <>
          <Result result={step.result} />
          {next?.(step.result)}
          <Acts onClose={close} />
        </>
      )}
    </dialog>
  )
}

const Acts = ({ onClose, children }: { onClose: () => void; children?: ComponentChildren }) => (
  <div class="acts">
    {children}
    <button type="button" onClick={onClose}>
      {children ? 'Cancel' : 'Close'}
    </button>
  </div>
)
