/** Which earlier versions a new one is compared with, and who must be able to read whom. */

import type { AvroSchema } from '../../actor/event-type.ts'
import { unreadableReason } from '../../serde/compatibility.ts'

interface Level {
  /** The new version reads what earlier ones wrote. */
  readonly backward: boolean
  /** Earlier versions read what the new one writes. */
  readonly forward: boolean
  /** With all earlier versions, not only the latest. */
  readonly transitive: boolean
}

export const compatibilityLevels = {
  NONE: { backward: false, forward: false, transitive: false },
  BACKWARD: { backward: true, forward: false, transitive: false },
  BACKWARD_TRANSITIVE: { backward: true, forward: false, transitive: true },
  FORWARD: { backward: false, forward: true, transitive: false },
  FORWARD_TRANSITIVE: { backward: false, forward: true, transitive: true },
  FULL: { backward: true, forward: true, transitive: false },
  FULL_TRANSITIVE: { backward: true, forward: true, transitive: true },
} as const satisfies Record<string, Level>

export type CompatibilityLevel = keyof typeof compatibilityLevels

export const isCompatibilityLevel = (text: unknown): text is CompatibilityLevel =>
  typeof text === 'string' && Object.hasOwn(compatibilityLevels, text)

/** Why the level forbids `next` after `earlier` (oldest first); empty when it doesn't. */
export const incompatibilities = (
  level: CompatibilityLevel,
  next: AvroSchema,
  earlier: readonly AvroSchema[],
): string[] => {
  const { backward, forward, transitive } = compatibilityLevels[level]
  const compared = transitive ? earlier : earlier.slice(-1)
  return compared.flatMap((previous) => {
    const unreadable = backward ? unreadableReason(next, previous) : undefined
    const unwritable = forward ? unreadableReason(previous, next) : undefined
    return [
      ...(unreadable === undefined
        ? []
        : [`the new schema cannot read data of an earlier one: ${unreadable}`]),
      ...(unwritable === undefined
        ? []
        : [`an earlier schema cannot read data of the new one: ${unwritable}`]),
    ]
  })
}
