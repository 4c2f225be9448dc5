/** An event's story, drawn. It says no more than the list beneath it, which is for those who cannot see it. */

import { hrefOf } from '../address.ts'
import { moment } from '../format.ts'
import { box, layoutOf, type Placed, type Step, type StepKind } from './story-layout.ts'

export const stepWords: Readonly<Record<StepKind, string>> = {
  HANDLED: 'Handled',
  REJECTED: 'Rejected',
  PARKED: 'Parked with its key',
  DEAD_LETTERED: 'Dead-lettered',
  RECEIPT: 'Letter looked after',
  DUPLICATE: 'Came again',
  OUTBOX: 'Waits to be sent',
  OUTBOX_PARKED: 'Cannot be sent',
}

const tones: Readonly<Record<StepKind, string>> = {
  HANDLED: 'good',
  REJECTED: 'bad',
  PARKED: 'busy',
  DEAD_LETTERED: 'bad',
  RECEIPT: 'quiet',
  DUPLICATE: 'quiet',
  OUTBOX: 'busy',
  OUTBOX_PARKED: 'bad',
}

const mostCharacters = 23

const short = (text: string): string =>
  text.length <= mostCharacters ? text : `${text.slice(0, mostCharacters - 1)}…`

export const StoryPicture = ({ eventId, steps }: { eventId: string; steps: readonly Step[] }) => {
  const { width, height, lanes, origin, placed, lines } = layoutOf(steps)
  return (
    <div class="scroll story" tabIndex={0} role="region" aria-label="Picture of the story">
      <svg width={width} height={height} viewBox={`0 0 ${String(width)} ${String(height)}`}>
        <defs>
          <marker
            id="arrow"
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerWidth="7"
            markerHeight="7"
            orient="auto"
          >
            <path d="M0 0 8 4 0 8z" />
          </marker>
        </defs>
        {lanes.map(({ name, y }, nth) => (
          <text key={name} class="lane" x={nth === 0 ? origin.x + box.width + 36 : origin.x} y={y - 8}>
            {name}
          </text>
        ))}
        {lines.map(({ fromX, fromY, toX, toY }, nth) => (
          <path
            key={nth}
            class="line"
            marker-end="url(#arrow)"
            d={
              fromY === toY
                ? `M${String(fromX)} ${String(fromY)}H${String(toX)}`
                : `M${String(fromX)} ${String(fromY)}h14V${String(toY)}H${String(toX)}`
            }
          />
        ))}
        <Box x={origin.x} y={origin.y} tone="event" title="Event" says={eventId} />
        {placed.map((one, nth) => (
          <StepBox key={nth} {...one} />
        ))}
      </svg>
    </div>
  )
}

const StepBox = ({ step, x, y }: Placed) => {
  const drawn = (
    <Box
      x={x}
      y={y}
      tone={tones[step.kind]}
      title={step.kind === 'RECEIPT' ? receiptWord(step.message) : stepWords[step.kind]}
      says={step.at === null ? 'time not known' : moment(step.at)}
      tip={`${step.message} ${step.record}`}
    />
  )
  return step.deadLetterId === null ? drawn : <a href={hrefOf(['letters', step.deadLetterId])}>{drawn}</a>
}

/** `redriven by Ada: …` says what happened in its first word. */
const receiptWord = (message: string): string => {
  const [first = ''] = message.split(' ')
  return first === '' ? stepWords.RECEIPT : `${first.charAt(0).toUpperCase()}${first.slice(1)}`
}

interface BoxProps {
  readonly x: number
  readonly y: number
  readonly tone: string
  readonly title: string
  readonly says: string
  readonly tip?: string
}

const Box = ({ x, y, tone, title, says, tip }: BoxProps) => (
  <g class={`box ${tone}`} transform={`translate(${String(x)} ${String(y)})`}>
    <title>{tip ?? says}</title>
    <rect width={box.width} height={box.height} rx="6" />
    <text x="12" y="23" class="what">
      {short(title)}
    </text>
    <text x="12" y="42" class="when">
      {short(says)}
    </text>
  </g>
)
