import type { TopicPartition } from '../../topic-partition.ts'

/**
 * What comes out of a queue of librdkafka besides records. `at` is the partition it is about, `undefined` where it is
 * about none.
 */
export type SourceEvent =
  /**
   * Everything up to `offset` was read; only with `enable.partition.eof`. Not for a consumer that pauses: librdkafka
   * 2.12 counts the end as a consumed record when batches are taken, and skips one record at the next resume.
   */
  | { readonly kind: 'end-of-partition'; readonly at: TopicPartition | undefined; readonly offset: number }
  /** `code` and `message` are librdkafka's. */
  | {
      readonly kind: 'error'
      readonly at: TopicPartition | undefined
      readonly code: number
      readonly message: string
      readonly offset: number | undefined
    }
  /**
   * A record came on the consumer's own queue: its partition was assigned before its source was opened. librdkafka
   * counts it as consumed, so the partition must be rewound to `offset`.
   */
  | { readonly kind: 'stray-record'; readonly at: TopicPartition; readonly offset: number }
