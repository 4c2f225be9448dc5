/**
 * What a package goes through, written out by hand: each scan with the state it brings. The demo compares what Troupe
 * made of the scans with these columns, and asks none of Troupe's rules for them.
 */

import type { PackageState, ScanKind } from '../schemas/types/index.ts'

export interface Step {
  readonly scan: ScanKind
  readonly state: PackageState
  readonly message: string
}

const step = (scan: ScanKind, state: PackageState, message: string): Step => ({ scan, state, message })

const sent = [
  step('LABEL_CREATED', 'CREATED', 'Label printed by the sender'),
  step('PICKED_UP', 'PICKED_UP', 'Picked up at the sender'),
  step('ARRIVED_AT_FACILITY', 'IN_TRANSIT', 'Arrived at the sorting centre'),
  step('DEPARTED_FACILITY', 'IN_TRANSIT', 'Left the sorting centre'),
]
const onTheVan = step('OUT_FOR_DELIVERY', 'OUT_FOR_DELIVERY', 'On the van')
const nobodyHome = step('DELIVERY_FAILED', 'DELIVERY_FAILED', 'Nobody at home')
const delivered = step('DELIVERED', 'DELIVERED', 'Handed over')
const returning = step('RETURN_STARTED', 'RETURNING', 'Refused, on its way back')

export const journeys: readonly (readonly Step[])[] = [
  [...sent, onTheVan, delivered],
  [...sent, onTheVan, delivered],
  [...sent, onTheVan, nobodyHome, onTheVan, delivered],
  [...sent, onTheVan, nobodyHome, returning, step('RETURNED', 'RETURNED', 'Back at the sender')],
  [...sent, onTheVan],
  [...sent],
  [
    ...sent,
    step('LOST', 'LOST', 'Not found at the depot'),
    step('ARRIVED_AT_FACILITY', 'IN_TRANSIT', 'Found again'),
    onTheVan,
  ],
]

/** After it, no scan is possible. */
export const isOver = (state: PackageState): boolean => state === 'DELIVERED' || state === 'RETURNED'

export const cities = [
  { city: 'Hamburg', country: 'DE', lat: 53.55, lon: 9.99 },
  { city: 'Rotterdam', country: 'NL', lat: 51.92, lon: 4.48 },
  { city: 'Lyon', country: 'FR', lat: 45.76, lon: 4.84 },
  { city: 'Milano', country: 'IT', lat: 45.46, lon: 9.19 },
  { city: 'Kraków', country: 'PL', lat: 50.06, lon: 19.94 },
  { city: 'Malmö', country: 'SE', lat: 55.6, lon: 13 },
] as const

export const carriers = ['Northway', 'Blue Van', 'Rapido'] as const
export const tenants = ['nordwind', 'acme', 'lumen'] as const
