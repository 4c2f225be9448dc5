/**
 * Names of parked keys as they are stored. What the store made of one stays as it is when it comes back: a parking key
 * begins with a word (`parkingKeyOf`), never with the character that made names begin with.
 */

import { storableKey } from './storable-key.ts'

export const parkingName = (parkingKey: string): string =>
  /^\u0001[0-9a-f]{64}$/.test(parkingKey) ? parkingKey : storableKey(parkingKey)
