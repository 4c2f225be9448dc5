/** What a look back does with events that were handled before: asked where a group is reset and where a range is replayed. */

import type { Choice } from './choices.tsx'

export const dedupeChoice: Choice = {
  name: 'dedupe',
  label: 'Events that were handled before',
  options: [
    ['KEEP', 'stay handled: nothing happens twice'],
    ['REPLAY', 'have their effects again'],
  ],
  first: 'KEEP',
  argsOf: ({ dedupe }) => ({ dedupe }),
}
