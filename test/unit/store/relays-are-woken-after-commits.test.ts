// Relays are woken at once for what is committed, and once for all that is committed while they are being woken; who
// cannot wake them goes on.

import t from 'tap'
import { RelayWaker } from '../../../runtime/store/relay-waker.ts'
import { waitUntil } from '../../harness/wait-until.ts'

t.test('the first wake is sent at once, what comes meanwhile as one', async (t) => {
  const sent: (readonly number[])[] = []
  const answers: (() => void)[] = []
  const waker = new RelayWaker((slices) => {
    sent.push(slices)
    return new Promise((resolve) => answers.push(resolve))
  })
  waker.wake(3)
  t.same(sent, [[3]])
  for (const slice of [5, 3, 5, 1]) waker.wake(slice)
  t.same(sent, [[3]], 'one at a time')
  answers.shift()?.()
  await waitUntil('the others are sent', () => sent.length === 2)
  t.same(sent[1], [5, 3, 1])
  answers.shift()?.()
  await waker.close()
  waker.wake(2)
  t.equal(sent.length, 2, 'nothing after its end')
})

t.test('what was asked for before the end is sent', async (t) => {
  const sent: number[] = []
  const waker = new RelayWaker((slices) => {
    sent.push(...slices)
    return Promise.resolve()
  })
  waker.wake(1)
  await Promise.resolve()
  waker.wake(2)
  await waker.close()
  t.same(sent, [1, 2])
})

t.test('a wake that fails is lost, the next one is not', async (t) => {
  const sent: number[] = []
  const waker = new RelayWaker((slices) => {
    sent.push(...slices)
    return Promise.reject(new Error('Postgres is away'))
  })
  waker.wake(1)
  waker.wake(2)
  await waitUntil('both were tried', () => sent.length === 2)
  await waker.close()
  waker.wake(3)
  t.same(sent, [1, 2])
})
