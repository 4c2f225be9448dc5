/** What an order is, seen from its packages. The first rule that fits decides. */

import type { PackageState } from './transitions.ts'

interface OrderRule {
  readonly state: string
  /** In words, for README and API. */
  readonly when: string
  readonly fits: (packages: readonly PackageState[]) => boolean
}

const every =
  (...states: readonly PackageState[]) =>
  (packages: readonly PackageState[]): boolean =>
    packages.every((state) => states.includes(state))

const some =
  (...states: readonly PackageState[]) =>
  (packages: readonly PackageState[]): boolean =>
    packages.some((state) => states.includes(state))

export const orderRules = [
  { state: 'CREATED', when: 'no package is with the carrier yet', fits: every('CREATED') },
  { state: 'DELIVERED', when: 'every package is delivered', fits: every('DELIVERED') },
  { state: 'RETURNED', when: 'every package is returned', fits: every('RETURNED') },
  {
    state: 'NEEDS_ATTENTION',
    when: 'a package is lost, could not be delivered, or goes or went back',
    fits: some('LOST', 'DELIVERY_FAILED', 'RETURNING', 'RETURNED'),
  },
  {
    state: 'PARTLY_DELIVERED',
    when: 'some packages are delivered, the others on their way',
    fits: some('DELIVERED'),
  },
  { state: 'SHIPPED', when: 'packages are on their way', fits: () => true },
] as const satisfies readonly OrderRule[]

export type OrderState = (typeof orderRules)[number]['state']

/** An order without packages is CREATED. The order and number of equal states do not matter. */
export const orderState = (packages: readonly PackageState[]): OrderState =>
  orderRules.find((rule) => rule.fits(packages))?.state ?? 'SHIPPED'
