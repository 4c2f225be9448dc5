// Where events or dead letters wait in the outbox and no relay lives, the runtime says so: after a minute, once, and once
// more when it is over. A Postgres that is away changes nothing about it.

import t from 'tap'
import { RelayLookout } from '../../../runtime/system/relay-lookout.ts'

t.test('a relay that is missing, an answer that fails, a relay that is back', async (t) => {
  // given: what each look is answered; undefined: a relay lives, or nothing waits
  const answers: (number | undefined | Error)[] = [
    undefined,
    5_000,
    60_000,
    75_000,
    new Error('away'),
    90_000,
    undefined,
    undefined,
  ]
  const told: string[] = []
  const over = Promise.withResolvers<void>()
  let closed = 0

  // when
  const lookout = new RelayLookout(15_000, {
    watch: {
      waitsWithoutRelayMs: () => {
        const answer = answers.shift()
        told.push(answer instanceof Error ? 'away' : String(answer))
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer)
      },
      close: () => Promise.resolve(void (closed += 1)),
    },
    log: {
      warn: (message) => void told.push(message.slice(0, 14)),
      info: (message) => void told.push(message),
    },
    pause: (ms) => {
      t.equal(ms, 15_000)
      if (answers.length === 0) over.resolve()
      return Promise.resolve(answers.length > 0)
    },
  })
  await over.promise
  await lookout.stop()

  // then
  t.same(told, [
    'undefined',
    '5000',
    '60000',
    'no relay runs:',
    '75000',
    'away',
    '90000',
    'undefined',
    'the outbox leaves again',
    'undefined',
  ])
  t.equal(closed, 1)
})
