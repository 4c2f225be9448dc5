// A worker thread that dies in the middle of a batch loses nothing: what it had in hand is fetched and handled again,
// in order; the process goes on.

import t from 'tap'
import {
  outOfOrder,
  passedUnhandled,
  skipWithoutTrialServices,
  thingOf,
  Trial,
  wentBack,
  type WitnessLine,
} from '../harness/scenario/index.ts'

const skip = await skipWithoutTrialServices()
const partitions = 4

for (const order of ['partition', 'key']) {
  t.test(`handlers that call process.exit, order ${order}`, { skip }, async (t) => {
    // given: three of the records end the thread that begins them for the first time
    const trial = await Trial.begin(t, { partitions, env: { WITNESS_ORDER: order, BATCH_RECORDS: '50' } })
    const { witness } = trial
    const watch = trial.watchCommits()
    const count = 1_200
    const published = await trial.producer.publish(
      Array.from({ length: count }, (_, i) => ({
        thing: `thing-${String(i % 60)}`,
        n: Math.floor(i / 60),
        exits: i % 400 === 200,
        holdMs: i % 4,
      })),
    )

    // when
    const consumer = await trial.start('consumer')
    await witness.untilHandled(published)
    await trial.untilAllCommitted()
    await consumer.stop()

    // then
    const lines = witness.lines()
    t.equal(consumer.lines(/worker thread died/).length > 0, true, 'threads died')
    t.same(witness.missing(published), [], 'every record was handled')
    t.same(
      passedUnhandled(await watch.stop(), published, witness),
      [],
      'none was committed before it had ended',
    )
    t.same(wentBack(watch.samples), [], 'no committed offset went back')
    t.same(
      outOfOrder(firstEndings(lines), thingOf),
      [],
      'for the first time each key’s were handled in order',
    )
    t.same(await trial.deadLetters(), [], 'nothing was dead-lettered')
    t.equal(consumer.exitCode, 0)
  })
}

/** A beginning and an end for each record, where it first ended. */
const firstEndings = (lines: readonly WitnessLine[]): readonly WitnessLine[] => {
  const seen = new Set<string>()
  return lines.flatMap((line) => {
    const place = `${String(line.partition)}@${String(line.offset)}`
    if (line.what !== 'ended' || seen.has(place)) return []
    seen.add(place)
    return [{ ...line, what: 'began' as const }, line]
  })
}
