/** The door to Kafka: consumers, producers, admin and the embedded broker. Main thread only. */

export { type Admin, connectAdmin, type PartitionMismatch, type TopicDeclaration } from './admin.ts'
export type { ConsumerListener } from './consumer-listener.ts'
export type { Drained, DrainedLane, DrainLimits, SourceEvent } from './drain/index.ts'
export { PackedRecords } from './drain/index.ts'
export { builtInFeatures, librdkafkaVersion, requireFeatures, type RequiredFeatures } from './features.ts'
export { GroupConsumer } from './group-consumer.ts'
export { connectGroupOffsets, type GroupOffsets, lagOf, type PartitionOffsets } from './group-offsets.ts'
export { refusalOf } from './headers.ts'
export type { KafkaFault } from './kafka-error.ts'
export { connectLogReader, type LogReader } from './log-reader.ts'
export { type MockCluster, startMockCluster } from './mock-cluster.ts'
export type { Refusal } from './open-batch.ts'
export type { OffsetKind } from './offset-questions.ts'
export type { Watermarks } from './offsets.ts'
export { type ProducerOptions, type RecordMetadata, RecordProducer } from './record-producer.ts'
export type {
  Compression,
  ConsumerSettings,
  KafkaSettings,
  ProducerSettings,
  SaslSettings,
  SslSettings,
} from './settings.ts'
export {
  type BatchOutcome,
  TransactionalProducer,
  type TransactionalProducerOptions,
} from './transactional-producer.ts'
export { within } from './waiting.ts'
