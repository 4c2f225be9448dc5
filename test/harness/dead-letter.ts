/** A dead letter written by hand, as a batch would write it. */

import type { NewDeadLetter } from '../../runtime/delivery/index.ts'

export const deadLetter = (
  offset: number,
  errorClass: string,
  parts: Partial<NewDeadLetter> = {},
): NewDeadLetter => ({
  original: {
    topic: 'scans',
    partition: 0,
    offset,
    timestamp: 1_000,
    key: Buffer.from(`k${String(offset)}`),
    value: Buffer.from(`{"n":${String(offset)}}`),
    headers: [['event-id', `e${String(offset)}`]],
  },
  cause: {
    group: 'g',
    actor: 'tracking',
    outcome: 'exhausted',
    attempts: 5,
    errorClass,
    message: 'the carrier said no',
    stack: 'at receive',
    correlationId: 'c',
    traceparent: undefined,
    failedAtMs: Date.UTC(2026, 0, 5) + offset,
  },
  tenant: 'acme',
  eventId: `e${String(offset)}`,
  eventType: 'shipping.package.scanned',
  errorCode: 'HANDLER_FAILED',
  inboxKey: undefined,
  redrives: 0,
  ...parts,
})
