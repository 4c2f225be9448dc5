/** Tenants and keys as the columns of a statement, in the order in which every batch takes them. */

import { storableKey, storableTenant } from './storable-key.ts'

interface Keyed {
  readonly tenant: string
  readonly key: string
}

export const tenants = (keys: readonly Keyed[]): string[] => keys.map(({ tenant }) => storableTenant(tenant))
export const names = (keys: readonly Keyed[]): string[] => keys.map(({ key }) => storableKey(key))

export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

export const inKeyOrder = <Row extends Keyed>(rows: readonly Row[]): readonly Row[] =>
  [...rows].sort((a, b) => compare(a.tenant, b.tenant) || compare(a.key, b.key))

export const at = <Row>(rows: readonly Row[], index: number): Row => {
  const row = rows[index]
  if (row === undefined) throw new RangeError(`no row ${String(index)}`)
  return row
}
