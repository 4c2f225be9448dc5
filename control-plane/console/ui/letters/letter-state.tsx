/** What became of a dead letter, in a word. */

import { word } from '../format.ts'
import { Badge } from '../page.tsx'
import type { Tone } from '../tone.ts'
import type { Letter } from './letter-fields.ts'

const tones: Readonly<Record<Letter['state'], Tone>> = {
  DEAD: 'bad',
  REDRIVING: 'busy',
  REDRIVEN: 'good',
  DISCARDED: 'quiet',
}

export const LetterState = ({ of }: { of: Letter['state'] }) => <Badge tone={tones[of]}>{word(of)}</Badge>
