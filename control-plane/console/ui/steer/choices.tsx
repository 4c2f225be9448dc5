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
      .map(({ name, label, options, type, min, max }) => {
        const change = (event: { currentTarget: { value: string } }): void =>
          onChange({ ...chosen, [name]: event.currentTarget.value })
        return (
          <label key={name}>
            {label}
            {options === undefined ? (
              <input
                name={name}
                {...inputType(type)}
                min={min}
                max={max}
                step={type === 'number' ? 'any' : undefined}
                required
                value={chosen[name]}
                onInput={change}
              />
            ) : (
              <select name={name} value={chosen[name]} onChange={change}>
                {options.map(([value, says]) => (
                  <option key={value} value={value}>
                    {says}
                  </option>
                ))}
              </select>
            )}
          </label>
        )
      })}
  </div>
)
