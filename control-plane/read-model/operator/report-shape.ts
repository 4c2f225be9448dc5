/**
 * Whether a report of our version has what it must have. It was written by another process: one that is broken, or newer
 * than its version number says, must show as unreadable, and not break the page that it stands on.
 */

type Kind =
  'text' | 'text?' | 'flag' | 'whole' | 'whole?' | 'number' | 'number?' | 'time' | 'time?' | 'versions?'
type Shape = Kind | readonly [Shape] | Maybe | { readonly [name: string]: Shape }

/** What an earlier version did not tell yet. */
class Maybe {
  readonly shape: Shape

  constructor(shape: Shape) {
    this.shape = shape
  }
}
const maybe = (shape: Shape): Maybe => new Maybe(shape)

const unit: Shape = {
  actor: 'text',
  lifecycle: 'text',
  position: 'whole?',
  frontier: 'whole?',
  oldestUnfinishedAtMs: 'time?',
  unfinishedRecords: 'whole',
  unfinishedBytes: 'whole',
  creditRecords: 'whole',
  creditBytes: 'whole',
  waitingFor: 'text?',
  quarantine: 'text?',
  parked: maybe({ keys: 'whole', held: 'whole', records: 'whole', oldestAgeMs: 'number' }),
}

const assignment: Shape = {
  topic: 'text',
  partition: 'whole',
  position: 'whole?',
  frontier: 'whole?',
  end: 'whole?',
  lagRecords: 'whole?',
  lagMs: 'number?',
  units: [unit],
}

const report: Shape = {
  process: { pid: 'whole', troupeVersion: 'text', nodeVersion: 'text' },
  health: {
    rssBytes: 'whole',
    eventLoopDelayMs: 'number?',
    workers: [{ threadId: 'whole', busy: 'number' }],
  },
  readiness: [{ name: 'text', ready: 'flag', reason: 'text' }],
  actors: [
    {
      name: 'text',
      group: 'text',
      topics: ['text'],
      receives: ['text'],
      order: 'text',
      effects: 'text',
      concurrency: 'whole',
      lanes: 'whole',
      versions: 'versions?',
      settings: maybe({
        startFrom: 'text',
        timeLimitMs: 'whole',
        retryMode: 'text',
        attempts: 'whole',
        backoff: 'text',
        firstDelayMs: 'whole',
        maxDelayMs: 'whole',
      }),
      reads: maybe([{ name: 'text', version: 'whole?' }]),
    },
  ],
  groups: [{ name: 'text', joined: 'flag', assignments: [assignment] }],
  outcomes: [
    {
      group: 'text',
      actor: 'text',
      topic: 'text',
      partition: 'whole',
      counts: {},
      retries: 'whole',
      rates: {},
    },
  ],
  lastErrors: [
    {
      atMs: 'time',
      code: 'text',
      message: 'text',
      actor: 'text?',
      topic: 'text?',
      partition: 'whole?',
      offset: 'whole?',
      eventId: 'text?',
      correlationId: 'text?',
      outcome: 'text?',
      times: 'whole?',
    },
  ],
  outbox: maybe({
    slices: [
      {
        slice: 'whole',
        state: 'text',
        waitsFor: 'text',
        heldTopics: [{ topic: 'text', message: 'text' }],
      },
    ],
    sentRecords: 'whole',
    heldBackMs: 'number?',
  }),
}

const isTime = (value: unknown): boolean => Number.isFinite(value) && Math.abs(value as number) <= 8.64e15

/** What an earlier version did not tell yet is missing. */
const orNone =
  (fits: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    value === null || value === undefined || fits(value)

/** Of an actor: what is told of each is looked at where it is added up. */
const areVersions = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.every((each: unknown) => {
    if (typeof each !== 'object' || each === null) return false
    const { version, role, partitions, counts } = each as Readonly<Record<string, unknown>>
    return (
      typeof version === 'string' &&
      typeof role === 'string' &&
      Array.isArray(partitions) &&
      partitions.every(Number.isSafeInteger) &&
      typeof counts === 'object' &&
      counts !== null
    )
  })

const fits: Readonly<Record<Kind, (value: unknown) => boolean>> = {
  text: (value) => typeof value === 'string',
  'text?': orNone((value) => typeof value === 'string'),
  flag: (value) => typeof value === 'boolean',
  whole: Number.isSafeInteger,
  'whole?': orNone(Number.isSafeInteger),
  number: Number.isFinite,
  'number?': orNone(Number.isFinite),
  time: isTime,
  'time?': orNone(isTime),
  'versions?': orNone(areVersions),
}

/** undefined: it fits; else the place of the first thing that does not, `groups[0].assignments[2].end`. */
export const misfitOf = (written: unknown): string | undefined => misfit(written, report, '')

const misfit = (value: unknown, shape: Shape, place: string): string | undefined => {
  if (shape instanceof Maybe)
    return value === null || value === undefined ? undefined : misfit(value, shape.shape, place)
  if (typeof shape === 'string') return fits[shape](value) ? undefined : place
  if (Array.isArray(shape)) {
    if (!Array.isArray(value)) return place
    const [each] = shape as readonly [Shape]
    return firstOf(value, (item, index) => misfit(item, each, `${place}[${index}]`))
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return place
  const fields = value as Readonly<Record<string, unknown>>
  return firstOf(Object.entries(shape), ([name, of]) =>
    misfit(fields[name], of, place === '' ? name : `${place}.${name}`),
  )
}

const firstOf = <T>(
  items: readonly T[],
  look: (item: T, index: number) => string | undefined,
): string | undefined => {
  for (const [index, item] of items.entries()) {
    const found = look(item, index)
    if (found !== undefined) return found
  }
  return undefined
}
