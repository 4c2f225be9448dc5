// Generated from schemas/avro by `npm run generate-types`. Change the schema, not this file.

import { eventType } from '../../runtime/actor/event-type.ts'

/** A carrier scanned a package, or learned something about it. */
export interface PackageScanned {
  /** The carrier's id of this scan; a second scan with it is the same one. */
  readonly eventId: string
  readonly tenantId: string
  readonly correlationId: string | null
  readonly trackingId: string
  readonly orderId: string
  readonly carrier: string
  readonly scan: ScanKind
  /** When the scan happened, which may be long before it is told. ms since the epoch. */
  readonly occurredAt: number
  readonly location: ScanLocation | null
  /** What the carrier says of it, for people. */
  readonly message: string | null
}

/** A package went from one state to another. */
export interface PackageStateChanged {
  readonly eventId: string
  readonly tenantId: string
  readonly correlationId: string | null
  readonly trackingId: string
  readonly orderId: string
  /** null: this is the first that is known of the package. */
  readonly from: PackageState | null
  readonly to: PackageState
  /** When the scan happened that caused it. ms since the epoch. */
  readonly occurredAt: number
  /** The event id of that scan. */
  readonly causeEventId: string
}

export type ScanKind =
  | 'LABEL_CREATED'
  | 'PICKED_UP'
  | 'ARRIVED_AT_FACILITY'
  | 'DEPARTED_FACILITY'
  | 'OUT_FOR_DELIVERY'
  | 'DELIVERED'
  | 'DELIVERY_FAILED'
  | 'RETURN_STARTED'
  | 'RETURNED'
  | 'LOST'

export interface ScanLocation {
  readonly city: string
  /** ISO 3166-1, two letters. */
  readonly country: string
  /** Degrees, north is positive. */
  readonly lat: number
  /** Degrees, east is positive. */
  readonly lon: number
}

export type PackageState =
  | 'CREATED'
  | 'PICKED_UP'
  | 'IN_TRANSIT'
  | 'OUT_FOR_DELIVERY'
  | 'DELIVERED'
  | 'DELIVERY_FAILED'
  | 'RETURNING'
  | 'RETURNED'
  | 'LOST'

export const PackageScanned = eventType<PackageScanned>('shipping.package.scanned', {
  type: 'record',
  namespace: 'shipping.package',
  name: 'scanned',
  doc: 'A carrier scanned a package, or learned something about it.',
  fields: [
    {
      name: 'eventId',
      type: 'string',
      doc: "The carrier's id of this scan; a second scan with it is the same one.",
    },
    { name: 'tenantId', type: 'string' },
    { name: 'correlationId', type: ['null', 'string'], default: null },
    { name: 'trackingId', type: 'string' },
    { name: 'orderId', type: 'string' },
    { name: 'carrier', type: 'string' },
    {
      name: 'scan',
      type: {
        type: 'enum',
        name: 'scan_kind',
        symbols: [
          'LABEL_CREATED',
          'PICKED_UP',
          'ARRIVED_AT_FACILITY',
          'DEPARTED_FACILITY',
          'OUT_FOR_DELIVERY',
          'DELIVERED',
          'DELIVERY_FAILED',
          'RETURN_STARTED',
          'RETURNED',
          'LOST',
        ],
      },
    },
    {
      name: 'occurredAt',
      type: { type: 'long', logicalType: 'timestamp-millis' },
      doc: 'When the scan happened, which may be long before it is told.',
    },
    {
      name: 'location',
      type: [
        'null',
        {
          type: 'record',
          name: 'scan_location',
          fields: [
            { name: 'city', type: 'string' },
            { name: 'country', type: 'string', doc: 'ISO 3166-1, two letters.' },
            { name: 'lat', type: 'double', doc: 'Degrees, north is positive.' },
            { name: 'lon', type: 'double', doc: 'Degrees, east is positive.' },
          ],
        },
      ],
      default: null,
    },
    {
      name: 'message',
      type: ['null', 'string'],
      default: null,
      doc: 'What the carrier says of it, for people.',
    },
  ],
})

export const PackageStateChanged = eventType<PackageStateChanged>('shipping.package.state_changed', {
  type: 'record',
  namespace: 'shipping.package',
  name: 'state_changed',
  doc: 'A package went from one state to another.',
  fields: [
    { name: 'eventId', type: 'string' },
    { name: 'tenantId', type: 'string' },
    { name: 'correlationId', type: ['null', 'string'], default: null },
    { name: 'trackingId', type: 'string' },
    { name: 'orderId', type: 'string' },
    {
      name: 'from',
      type: [
        'null',
        {
          type: 'enum',
          name: 'package_state',
          symbols: [
            'CREATED',
            'PICKED_UP',
            'IN_TRANSIT',
            'OUT_FOR_DELIVERY',
            'DELIVERED',
            'DELIVERY_FAILED',
            'RETURNING',
            'RETURNED',
            'LOST',
          ],
        },
      ],
      default: null,
      doc: 'null: this is the first that is known of the package.',
    },
    { name: 'to', type: 'package_state' },
    {
      name: 'occurredAt',
      type: { type: 'long', logicalType: 'timestamp-millis' },
      doc: 'When the scan happened that caused it.',
    },
    { name: 'causeEventId', type: 'string', doc: 'The event id of that scan.' },
  ],
})

declare module '../../runtime/actor/event-type.ts' {
  interface EventCatalogue {
    'shipping.package.scanned': Omit<PackageScanned, 'correlationId' | 'location' | 'message'> &
      Partial<Pick<PackageScanned, 'correlationId' | 'location' | 'message'>>
    'shipping.package.state_changed': Omit<PackageStateChanged, 'correlationId' | 'from'> &
      Partial<Pick<PackageStateChanged, 'correlationId' | 'from'>>
  }
}
