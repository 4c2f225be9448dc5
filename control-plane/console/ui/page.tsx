/** What pages have in common: their title, their place, whose key looks at them, tables that may be wide. */

import { createContext, type ComponentChildren } from 'preact'
import { useContext, useEffect, useRef, useState } from 'preact/hooks'

import { hrefOf } from './address.ts'
import { allows, type Role } from './role.ts'
import type { Tone } from './tone.ts'

export interface Self {
  readonly keyName: string
  readonly role: Role
}

/** undefined: not known yet. */
export const SelfContext = createContext<Self | undefined>(undefined)

export const useMaySteer = (needs: Role = 'OPERATOR'): boolean => {
  const self = useContext(SelfContext)
  return self !== undefined && allows(self.role, needs)
}

interface TitleProps {
  readonly name: string
  /** The list that this is one of. */
  readonly up?: { readonly path: readonly string[]; readonly name: string }
  /** What can be done to it. */
  readonly children?: ComponentChildren
}

export const Title = ({ name, up, children }: TitleProps) => {
  useEffect(() => {
    document.title = `${name} · Troupe`
    // The link that led here is gone with its page: the keyboard goes on from the new one.
    if (wasShown && document.activeElement === document.body) document.getElementById('content')?.focus()
    wasShown = true
  }, [name])
  return (
    <div class="title">
      {up && (
        <p class="up">
          <a href={hrefOf(up.path)}>{up.name}</a>
        </p>
      )}
      <h1>{name}</h1>
      {children && <div class="acts">{children}</div>}
    </div>
  )
}
let wasShown = false

interface ColumnProps {
  readonly name: string
  readonly number?: boolean
}

interface TableProps {
  readonly label: string
  readonly columns: readonly (string | ColumnProps)[]
  readonly children: ComponentChildren
}

/** Scrolls sideways by itself where the window is too narrow for it. */
export const Table = ({ label, columns, children }: TableProps) => {
  const place = useRef<HTMLDivElement>(null)
  const [isWide, setWide] = useState(false)
  useEffect(() => {
    const element = place.current
    if (element === null) return
    const look = (): void => setWide(element.scrollWidth > element.clientWidth)
    const resized = new ResizeObserver(look)
    resized.observe(element)
    if (element.firstElementChild !== null) resized.observe(element.firstElementChild)
    return () => resized.disconnect()
  }, [])
  return (
    <div class="scroll" ref={place} {...(isWide && { tabIndex: 0, role: 'region', 'aria-label': label })}>
      <table aria-label={label}>
        <thead>
          <tr>
            {columns.map((column) => {
              const { name, number = false } = typeof column === 'string' ? { name: column } : column
              return (
                <th key={name} scope="col" class={number ? 'number' : undefined}>
                  {name}
                </th>
              )
            })}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  )
}

export const Fact = ({ name, children }: { name: string; children: ComponentChildren }) => (
  <>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </>
)

interface MoreProps {
  readonly path: readonly string[]
  readonly query: Readonly<Record<string, string>>
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
}

/** Where a list goes on. */
export const More = ({ path, query, pageInfo }: MoreProps) => {
  const { after, ...first } = query
  if (after === undefined && !pageInfo.hasNextPage) return null
  return (
    <nav class="more" aria-label="Pages of the list">
      {after !== undefined && <a href={hrefOf(path, first)}>First page</a>}
      {pageInfo.hasNextPage && pageInfo.endCursor !== null && (
        <a href={hrefOf(path, { ...query, after: pageInfo.endCursor })}>Next page</a>
      )}
    </nav>
  )
}

/** A state in a word: its colour says no more than the word does. */
export const Badge = ({ tone, children }: { tone: Tone; children: ComponentChildren }) => (
  <span class={`badge ${tone}`}>{children}</span>
)

interface TileProps {
  readonly name: string
  readonly value: string
  readonly bad?: boolean
  /** Where more is told. */
  readonly href?: string
}

/** One number of many, in a `dl` of tiles. */
export const Tile = ({ name, value, bad = false, href }: TileProps) => (
  <div class={bad ? 'card bad' : 'card'}>
    <dt>{href === undefined ? name : <a href={href}>{name}</a>}</dt>
    <dd>{value}</dd>
  </div>
)
