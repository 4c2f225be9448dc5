import type { TroupeError } from '../errors.ts'
import type { Offset, TopicPartition, TopicPartitionOffset } from '../topic-partition.ts'
import type { SourceEvent } from './drain/index.ts'

/** What a group consumer tells its owner. Nothing here may block; a throw is told as an event and harms nothing else. */
export interface ConsumerListener {
  /**
   * These partitions came to us. Answers where each begins, in the same order: an offset, or undefined for the group's
   * committed one. Nothing is read before the answer.
   */
  assigned(partitions: readonly TopicPartition[]): Promise<readonly (Offset | undefined)[]>
  /**
   * These partitions must be given back. Answers, when what is in flight is finished or its budget is used up, what to
   * commit. They are given back after that commit; until then they are still ours. Answering too late, past
   * max.poll.interval, loses them.
   */
  revoked(partitions: readonly TopicPartition[]): Promise<readonly TopicPartitionOffset[]>
  /** These partitions are somebody else's already. Nothing of them can be committed. */
  lost(partitions: readonly TopicPartition[]): void
  /** Records wait: drain the partition when it has credit. */
  wake(partition: TopicPartition): void
  /** The brokers acknowledged a commit, so long after it was sent; of one request at a time. */
  committed?(tookMs: number): void
  /** Something for the log: errors that pass by themselves, ends of partitions. */
  event(partition: TopicPartition | undefined, event: SourceEvent): void
  /** The consumer can't go on; told once for each code. */
  fatal(error: TroupeError): void
}
