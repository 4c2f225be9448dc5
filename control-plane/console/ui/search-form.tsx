/** A search: what is typed becomes the address when it is sent, so that the address is the search. */

import { goTo, hrefOf } from './address.ts'

export interface SearchField {
  readonly name: string
  readonly label: string
  readonly type?: 'search' | 'number' | 'datetime-local'
  readonly min?: number
  /** What it is where nothing is typed. */
  readonly otherwise?: string
  readonly isNeeded?: boolean
  /** To choose from; without: to type in. */
  readonly options?: readonly (readonly [value: string, says: string])[]
  /** Folded away until it is asked for. */
  readonly isRare?: boolean
  /** Where the address does not say. */
  readonly first?: string
}

interface SearchProps {
  readonly label: string
  readonly path: readonly string[]
  readonly query: Readonly<Record<string, string>>
  readonly fields: readonly SearchField[]
  readonly verb?: string
}

export const SearchForm = ({ label, path, query, fields, verb = 'Search' }: SearchProps) => (
  <form
    class="card search"
    role="search"
    aria-label={label}
    // Its fields begin anew with the address.
    key={JSON.stringify(query)}
    onSubmit={(event) => {
      event.preventDefault()
      const typed = [...new FormData(event.currentTarget)]
      goTo(
        path,
        Object.fromEntries(
          typed.map(([name, value]) => [name, typeof value === 'string' ? value.trim() : '']),
        ),
      )
    }}
  >
    <Fields fields={fields.filter(({ isRare }) => isRare !== true)} query={query} />
    {fields.some(({ isRare }) => isRare) && (
      <details open={fields.some(({ name, isRare }) => isRare && query[name] !== undefined)}>
        <summary>More to search by</summary>
        <Fields fields={fields.filter(({ isRare }) => isRare)} query={query} />
      </details>
    )}
    <div class="acts">
      <button type="submit" class="main">
        {verb}
      </button>
      {Object.keys(query).length > 0 && <a href={hrefOf(path)}>Clear</a>}
    </div>
  </form>
)

const Fields = ({ fields, query }: Pick<SearchProps, 'fields' | 'query'>) => (
  <div class="fields">
    {fields.map((field) => (
      <label key={field.name}>
        {field.label}
        <Field field={field} value={query[field.name] ?? field.first ?? ''} />
      </label>
    ))}
  </div>
)

const Field = ({
  field: { name, type, min, otherwise, isNeeded, options },
  value,
}: {
  field: SearchField
  value: string
}) =>
  options === undefined ? (
    <input
      name={name}
      {...inputType(type)}
      min={min}
      placeholder={otherwise}
      required={isNeeded}
      defaultValue={value}
      autocomplete="off"
      spellcheck={false}
    />
  ) : (
    <select name={name}>
      {options.map(([option, says]) => (
        <option key={option} value={option} selected={option === value}>
          {says}
        </option>
      ))}
    </select>
  )

/** preact's types know each kind of input by itself, and not one of several. */
export const inputType = (type: string | undefined): { readonly type: 'text' } => ({
  type: (type ?? 'text') as 'text',
})
