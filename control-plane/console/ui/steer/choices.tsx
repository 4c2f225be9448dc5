/** What is to be decided before a mutation can say what it would touch. */

import type { Variables } from '../ask.ts'
import { inputType } from '../search-form.tsx'

export type Chosen = Readonly<Record<string, string>>

export interface Choice {
  readonly name: string
  readonly label: string
  /** Without: a field to type in. */
  readonly options?: readonly (readonly [value: string, says: string])[]
  readonly type?: 'number' | 'datetime-local'
  readonly min?: number
  readonly max?: number
  readonly step?: number
  /** Of a text, as browsers check it. */
  readonly pattern?: string
  /** What it means, or what it has to look like. */
  readonly hint?: string
  /** May stay empty: then it is what this says. */
  readonly otherwise?: string
  readonly first: string
  /** Shown only then; without: always. */
  readonly isAsked?: (chosen: Chosen) => boolean
  readonly argsOf: (chosen: Chosen) => Variables
}

export const chosenAtFirst = (choices: readonly Choice[]): Chosen =>
  Object.fromEntries(choices.map(({ name, first }) => [name, first]))

interface FieldsProps {
  readonly choices: readonly Choice[]
  readonly chosen: Chosen
  readonly onChange: (chosen: Chosen) => void
}

export const ChoiceFields = ({ choices, chosen, onChange }: FieldsProps) => (
  <div class="fields">
    {choices
      .filter(({ isAsked }) => isAsked?.(chosen) ?? true)
      .map(({ name, label, options, type, min, max, step, pattern, hint, otherwise }) => {
        const change = (event: { currentTarget: { value: string } }): void =>
          onChange({ ...chosen, [name]: event.currentTarget.value })
        const described = hint === undefined ? {} : { 'aria-describedby': `about-${name}` }
        return (
          <div key={name} class="choice">
            <label>
              {label}
              {options === undefined ? (
                <input
                  name={name}
                  {...inputType(type)}
                  {...described}
                  min={min}
                  max={max}
                  step={type === 'number' ? (step ?? 'any') : undefined}
                  pattern={pattern}
                  title={hint}
                  placeholder={otherwise}
                  required={otherwise === undefined}
                  autocomplete="off"
                  spellcheck={false}
                  value={chosen[name]}
                  onInput={change}
                />
              ) : (
                <select name={name} {...described} value={chosen[name]} onChange={change}>
                  {options.map(([value, says]) => (
                    <option key={value} value={value}>
                      {says}
                    </option>
                  ))}
                </select>
              )}
            </label>
            {hint !== undefined && (
              <small class="quiet" id={`about-${name}`}>
                {hint}
              </small>
            )}
          </div>
        )
      })}
  </div>
)
