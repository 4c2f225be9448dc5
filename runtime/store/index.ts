export { openAuditStore, type AuditStore, type StoredUnit, type ToldEvent } from './audit-store.ts'
export { openCommandBox, type CommandBox } from './command-box.ts'
export { openCommandDesk, type Addressed, type CommandDesk } from './command-desk.ts'
export { madeBy, type StoredAnswer, type StoredCommand } from './command-rows.ts'
export { openDatabase, type Database, type DatabaseOptions } from './database.ts'
export { deadLetterCursor, openDeadLetterIndex } from './dead-letter-index.ts'
export { hear, type Hearing } from './hearing.ts'
export { insertDeadLetters } from './dead-letter-rows.ts'
export { openEffectsStore, type EffectsStoreOptions } from './effects-store.ts'
export {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
} from './embedded/embedded-postgres.ts'
export {
  memoryEffectsStore,
  type MemoryEffectsStore,
  type MemoryEffectsStoreOptions,
} from './memory-effects-store.ts'
export { memoryParkingStore, type MemoryParkingStore } from './memory-parking-store.ts'
export { memoryTimerStore, type MemoryTimerStore } from './memory-timer-store.ts'
export { memoryProgressStore, type MemoryProgressStore } from './memory-progress-store.ts'
export { migrate, pendingMigrations, type MigrateOptions } from './migrations.ts'
export { postgresCheck } from './postgres-check.ts'
export { outboxColumns } from './outbox-rows.ts'
export { insertOutbox, insertOutboxOfOther, wakeRelays } from './outbox-statements.ts'
export { openOutboxStore, type OutboxStoreOptions } from './outbox-store.ts'
export {
  answerCommands,
  parkRecords,
  releaseKeys,
  settleParked,
  type SettleOutcome,
} from './parking-statements.ts'
export { openOutboxWatch, type OutboxWatch } from './outbox-watch.ts'
export { openParkingStore } from './parking-store.ts'
export type { OperatorStoreOptions } from './operator-pool.ts'
export { deleteDrain, writeDrain } from './node-drain-rows.ts'
export { deletePauses, writePause } from './pause-rows.ts'
export { openProgressStore, type ProgressStoreOptions } from './progress-store.ts'
export { openRedriveStore } from './redrive-store.ts'
export { openReplayStore } from './replay-store.ts'
export { rollBackPromotion, writePromotion } from './promotion-rows.ts'
export { writeRegistrations, type WrittenRegistration } from './registration-rows.ts'
export { requireDurableCommits } from './require-durable-commits.ts'
export { requireMigrated } from './require-migrated.ts'
export { openStatusReports, type StatusReports, type StatusReportsOptions } from './status-reports.ts'
export { deleteFiredTimers, openTimerStore, writeTimers } from './timer-store.ts'
