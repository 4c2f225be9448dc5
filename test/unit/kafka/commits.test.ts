// Commits go one after the other, the latest offset of a partition wins, and one that was refused is sent again.

import t from 'tap'
import { Commits } from '../../../runtime/kafka/commits.ts'

const at = (partition: number, offset: number) => ({ topic: 'things', partition, offset })

const commitsOf = () => {
  const sent: (readonly { partition: number; offset: number }[])[] = []
  const failures: unknown[] = []
  const commits = new Commits(
    (offsets) => sent.push(offsets),
    (error) => failures.push(error),
  )
  return { commits, sent, failures }
}

t.test('one request is in flight, and what came meanwhile follows it', async (t) => {
  const { commits, sent } = commitsOf()
  commits.offer([at(0, 5)])
  commits.offer([at(0, 7)])
  commits.offer([at(0, 9), at(1, 2)])
  t.same(sent, [[at(0, 5)]])
  commits.ended(null)
  t.same(sent, [[at(0, 5)], [at(0, 9), at(1, 2)]])
  t.equal(commits.acknowledged(at(0, 0)), 5)
})

t.test('a refused commit is sent again by the next offer, also by one with nothing new', async (t) => {
  const { commits, sent, failures } = commitsOf()
  commits.offer([at(0, 5)])
  commits.ended(new Error('generation id is not valid'))
  t.equal(sent.length, 1, 'not at once: a rebalance is under way')
  t.equal(failures.length, 1)
  commits.offer([])
  t.same(sent, [[at(0, 5)], [at(0, 5)]])
  commits.ended(null)
  commits.offer([])
  t.equal(sent.length, 2, 'what is acknowledged is not sent again')
})

t.test('a later offset takes the place of a refused one', async (t) => {
  const { commits, sent } = commitsOf()
  commits.offer([at(0, 5)])
  commits.offer([at(0, 8)])
  commits.ended(new Error('refused'))
  commits.offer([])
  t.same(sent, [[at(0, 5)], [at(0, 8)]])
})

t.test('of a partition that was given back nothing is sent', async (t) => {
  const { commits, sent } = commitsOf()
  commits.offer([at(0, 5), at(1, 6)])
  commits.ended(new Error('refused'))
  commits.forget([at(0, 0)])
  commits.offer([])
  t.same(sent[1], [at(1, 6)])
})
