/** How a mutation or a command went, and who of the processes said what. */

import type { ComponentChildren } from 'preact'

import { word } from '../format.ts'
import { Badge } from '../page.tsx'
import type { Tone } from '../tone.ts'
import type { Command, CommandAnswer, CommandState, Outcome } from './mutations.ts'

const tones: Readonly<Record<Outcome | CommandState | CommandAnswer['state'], Tone>> = {
  DRY_RUN: 'quiet',
  DONE: 'good',
  PARTLY: 'bad',
  WAITING: 'busy',
  REFUSED: 'bad',
  FAILED: 'bad',
  BEGUN: 'busy',
  EXPIRED: 'bad',
}

export const OutcomeBadge = ({ of }: { of: keyof typeof tones }) => <Badge tone={tones[of]}>{word(of)}</Badge>

export const Lines = ({ children }: { children: readonly ComponentChildren[] }) =>
  children.length === 0 ? null : (
    <ul class="lines">
      {children.map((line, nth) => (
        <li key={nth}>{line}</li>
      ))}
    </ul>
  )

/** Each process that was asked. */
export const Answers = ({ command: { answers, waitingForIds } }: { command: Command }) => (
  <ul class="answers" aria-label="Processes">
    {answers.map(({ processId, nodeName, state, message, details }) => (
      <li key={processId}>
        <OutcomeBadge of={state} /> {nodeName} <span class="quiet">{processId}</span>
        <div>{message}</div>
        <Lines>{details}</Lines>
      </li>
    ))}
    {waitingForIds.map((id) => (
      <li key={id}>
        <OutcomeBadge of="WAITING" /> <span class="quiet">{id}</span>
        <div>It has not answered yet.</div>
      </li>
    ))}
  </ul>
)
