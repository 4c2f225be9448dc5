/**
 * Where the steps of an event stand in its picture: time goes from left to right, a step a column, and each actor that
 * met the event has a lane of its own. From the event a line leads to the first step of each lane, and on from there.
 */

export interface Step {
  readonly kind: StepKind
  readonly at: string | null
  readonly groupName: string
  readonly actor: string
  readonly record: string
  readonly message: string
  readonly deadLetterId: string | null
}

export type StepKind =
  'HANDLED' | 'REJECTED' | 'PARKED' | 'DEAD_LETTERED' | 'RECEIPT' | 'DUPLICATE' | 'OUTBOX' | 'OUTBOX_PARKED'

export interface Placed {
  readonly step: Step
  readonly x: number
  readonly y: number
}

interface Line {
  readonly fromX: number
  readonly fromY: number
  readonly toX: number
  readonly toY: number
}

export interface StoryLayout {
  readonly width: number
  readonly height: number
  readonly lanes: readonly { readonly name: string; readonly y: number }[]
  readonly origin: { readonly x: number; readonly y: number }
  readonly placed: readonly Placed[]
  readonly lines: readonly Line[]
}

export const box = { width: 168, height: 56 } as const
const gap = { x: 36, y: 44 } as const
const margin = 12
const laneTitle = 20

/** More would be no picture any more. */
export const mostDrawn = 40

const laneOf = ({ groupName, actor }: Step): string =>
  actor === '' ? 'no actor' : groupName === '' ? actor : `${actor} in ${groupName}`

export const layoutOf = (all: readonly Step[]): StoryLayout => {
  const steps = all.slice(0, mostDrawn)
  const names = [...new Set(steps.map(laneOf))]
  const lanes = names.map((name, nth) => ({
    name,
    y: margin + laneTitle + nth * (box.height + gap.y),
  }))
  const height = margin + laneTitle + Math.max(1, lanes.length) * (box.height + gap.y)
  const origin = { x: margin, y: lanes[0]?.y ?? margin + laneTitle }
  const placed = steps.map((step, nth) => ({
    step,
    x: margin + (nth + 1) * (box.width + gap.x),
    y: lanes[names.indexOf(laneOf(step))]?.y ?? origin.y,
  }))
  const lines = placed.map(({ x, y }, nth) => {
    const before = placed.slice(0, nth).findLast((other) => other.y === y) ?? origin
    return {
      fromX: before.x + box.width,
      fromY: before.y + box.height / 2,
      toX: x,
      toY: y + box.height / 2,
    }
  })
  return {
    width: margin * 2 + (steps.length + 1) * (box.width + gap.x) - gap.x,
    height,
    lanes,
    origin,
    placed,
    lines,
  }
}
