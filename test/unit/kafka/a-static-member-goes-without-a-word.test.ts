// A dynamic member leaves its group and waits until its partitions are taken back; a static one finishes, commits and goes
// without a word. Either way the departure ends, whatever hangs or fails on the way.

import t from 'tap'
import { depart, type DepartureSteps } from '../../../runtime/kafka/departure.ts'

/** Steps that write down what was asked of them, in order. */
const steps = (
  more: Partial<DepartureSteps> = {},
): { readonly story: string[]; readonly steps: DepartureSteps } => {
  const story: string[] = []
  const did = (what: string): Promise<void> => {
    story.push(what)
    return Promise.resolve()
  }
  return {
    story,
    steps: {
      unsubscribe: () => void did('unsubscribe'),
      untilGivenBack: () => did('given back').then(() => true),
      finishAll: () => did('finish'),
      takeNoMore: () => void did('take no more'),
      closePartitions: () => did('close'),
      endPolling: () => did('end polling'),
      endQuestions: () => did('end questions'),
      disconnect: () => did('disconnect').then(() => true),
      tell: (message) => void did(`tell: ${message}`),
      ...more,
    },
  }
}
const bounds = { leaveTimeoutMs: 20, disconnectTimeoutMs: 30 }
const end = ['take no more', 'close', 'end polling', 'end questions', 'disconnect']
const never = (): Promise<never> => new Promise(() => undefined)

t.test('a dynamic member', async (t) => {
  const { story, steps: dynamic } = steps()
  await depart(dynamic, { membership: 'dynamic', ...bounds })
  t.strictSame(story, ['unsubscribe', 'given back', ...end])
})

t.test('a static member never unsubscribes: that would send LeaveGroup', async (t) => {
  const { story, steps: fixed } = steps()
  await depart(fixed, { membership: 'static', ...bounds })
  t.strictSame(story, ['finish', ...end])
})

t.test('what hangs or fails is told, and holds up nothing', async (t) => {
  const cases: readonly (readonly ['dynamic' | 'static', Partial<DepartureSteps>, RegExp])[] = [
    ['static', { finishAll: never }, /not finished within 20 ms/],
    ['static', { finishAll: () => Promise.reject(new Error('no commit')) }, /finishing: no commit/],
    ['dynamic', { untilGivenBack: () => Promise.resolve(false) }, /not left within 20 ms/],
    [
      'dynamic',
      {
        unsubscribe: () => {
          throw new Error('not connected')
        },
      },
      /unsubscribing: not connected/,
    ],
    ['static', { disconnect: () => Promise.resolve(false) }, /disconnecting did not end within 30 ms/],
  ]
  for (const [membership, more, told] of cases) {
    const { story, steps: hanging } = steps(more)
    await depart(hanging, { membership, ...bounds })
    t.ok(story.includes('end questions'), `${membership}: it came to its end`)
    t.match(
      story.filter((line) => line.startsWith('tell: ')),
      [told],
    )
  }
  const { steps: closing } = steps({ closePartitions: never })
  await t.resolves(depart(closing, { membership: 'static', ...bounds }), 'also where partitions never close')
})
