/** In which order scenarios run: who breaks something wants to know soon, so the long ones come last. */

/** Those that take half a minute or more, the longest last; measured on two cores. */
export const longOnes = [
  'poison-is-dead-lettered-once-and-harms-nothing-else',
  'a-stop-under-load-ends-in-time',
  'the-outbox-reaches-kafka-in-order',
  'a-reset-does-what-it-says',
  'a-record-in-a-retry-topic-is-not-lost',
  'a-dead-letter-is-there-if-its-record-is-dead',
  'a-dead-letter-that-is-redriven-has-its-effect-once',
  'what-follows-from-a-record-leaves-once',
  'what-stays-in-kafka-happens-once',
  'a-registry-that-fails-loses-and-repeats-nothing',
  'a-slow-handler-leaves-the-group-alone',
  'a-duplicate-over-midnight-does-nothing-twice',
  'a-timer-fires-once-whoever-is-killed',
  'what-was-put-back-or-made-again-is-told',
  'a-stop-and-a-start-under-load-repeat-nothing',
  'a-rolling-upgrade-does-nothing-twice',
  'partitions-that-are-added-lose-and-repeat-nothing',
  'members-that-come-and-go-do-nothing-twice',
  'a-killed-process-does-nothing-twice',
  'a-broken-commit-does-nothing-twice',
  'a-parked-key-keeps-its-order-and-holds-up-nobody',
  'a-broker-that-breaks-does-nothing-twice',
]

/** The rest keeps the order it is given in. */
export const quickFirst = (files: readonly string[]): readonly string[] => {
  const lengthOf = (file: string): number => longOnes.findIndex((name) => file.endsWith(`/${name}.test.ts`))
  return files.toSorted((a, b) => lengthOf(a) - lengthOf(b))
}
