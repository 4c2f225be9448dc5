/* Generated from schemas/graphql/operator.graphql by `npm run generate-types`. */

import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql'
import type {
  ClusterPicture,
  NodeView,
  ActorView,
  GroupView,
  ErrorView,
  ReadEventView,
  ReaderView,
} from '../../read-model/operator/cluster-picture.ts'
import type { ProcessView } from '../../read-model/operator/process-view.ts'
import type { PartitionView } from '../../read-model/operator/partition-view.ts'
import type {
  UnitStatus,
  AuditEntry as AuditEntryRow,
  DeadLetterSummary,
  StoredDeadLetter,
  DeadLetterReceipt as DeadLetterReceiptRow,
  CampaignPreview,
  CampaignPreviewRow,
  Campaign,
  Replay as ReplayRow,
  Registration as RegistrationRow,
  Pause as PauseRow,
  ParkedStatus,
  ShownRecord,
  RecordPage as RecordPageRead,
  DecodedValue as ValueDecoded,
  Promotion as PromotionRow,
  NodeDrain,
} from '../../../runtime/control/index.ts'
import type { Steered } from '../steering/steer.ts'
import type { StoredCommand, StoredAnswer } from '../../../runtime/store/index.ts'
import type { EventStoryRow, EventStepRow } from '../../read-model/operator/event-steps.ts'
import type { PackageRow, PackageEventRow } from '../../read-model/tracking.ts'
import type { ParkedKeyRow } from '../../read-model/operator/parked-keys.ts'
import type { OutboxView, OutboxSliceView } from '../../read-model/operator/outbox-view.ts'
import type { RebalanceView } from '../../read-model/operator/rebalance.ts'
import type { ActorVersionView } from '../../read-model/operator/actor-versions.ts'
import type { RequestContext } from '../request-context.ts'
export type Maybe<T> = T | null | undefined
export type InputMaybe<T> = T | null | undefined
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> }
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string }
  String: { input: string; output: string }
  Boolean: { input: boolean; output: boolean }
  Int: { input: number; output: number }
  Float: { input: number; output: number }
  /** A moment in UTC, to the millisecond: `2025-06-02T12:00:00.000Z`. */
  DateTime: { input: Date; output: Date }
  /**
   * A whole number up to 9,007,199,254,740,991 (2^53 − 1), written as a JSON number: offsets, counts, bytes and milliseconds
   * outgrow `Int`, which ends at 2^31 − 1.
   */
  SafeInt: { input: number; output: number }
}

/**
 * What the processes of Troupe last said of themselves, which they do about once a second; and what operators made of it.
 *
 * Whether a process is alive is told by the clock of Postgres. Processes that have stopped or fallen silent are shown for a
 * day, and no more than the thousand processes that reported last.
 */
export type Query = {
  /** All at a glance. */
  readonly cluster: Cluster
  /** The machines (pods, on Kubernetes) that processes run on, by name. */
  readonly nodes: NodeConnection
  /** The processes of all nodes, by node and id. */
  readonly processes: ProcessConnection
  /** One process. Null when none of this id has reported within a day. */
  readonly process?: Maybe<Process>
  /** The actors that processes run, by group and name. */
  readonly actors: ActorConnection
  /** The consumer groups, by name. */
  readonly groups: GroupConnection
  /** One consumer group. Null when no process of it has reported within a day. */
  readonly group?: Maybe<Group>
  /** The partitions of all groups, by group, topic and partition. A topic that two groups read is listed for each of them. */
  readonly partitions: PartitionConnection
  /** What became of records, by group, actor, topic and partition. */
  readonly outcomes: UnitOutcomesConnection
  /** The event types that actors read, with the versions of their schemas, by name; at most 500. */
  readonly eventTypes: ReadonlyArray<EventType>
  /** What waits in the outbox to be sent, who sends it, and what is in its way. */
  readonly outbox: Outbox
  /** The errors that processes saw last, the newest first. Each process tells a few; dead-letter topics and logs have them all. */
  readonly lastErrors: ReadonlyArray<ErrorSighting>
  /** The commands that operators gave to processes, last given first. */
  readonly commands: CommandConnection
  /** One command. Null when there is none of this id. */
  readonly command?: Maybe<Command>
  /** Who asked for what by this API and what came of it, last asked first. */
  readonly auditLog: AuditEntryConnection
  /** One entry of the audit log. Null when there is none of this id. */
  readonly auditEntry?: Maybe<AuditEntry>
  /** What stands still by an operator's word. */
  readonly pauses: ReadonlyArray<Pause>
  /** The nodes that stay up without work by an operator's word. */
  readonly drains: ReadonlyArray<Drain>
  /** Dead letters: records that no attempt could handle, last failed first. */
  readonly deadLetters: DeadLetterConnection
  /** One dead letter with all that is known of it. Null when there is none of this id. */
  readonly deadLetter?: Maybe<DeadLetterDetail>
  /**
   * Records of a partition as they are in the log, decoded by the schemas they were written with. Viewers are not shown
   * personal fields, which schemas mark by `"pii": true`, nor headers other than Troupe's own. The control plane needs
   * KAFKA_BROKERS and SCHEMA_REGISTRY_URL for it.
   */
  readonly records: RecordPage
  /** What a redrive of the letters that a filter finds would do. */
  readonly redrivePreview: RedrivePreview
  /** The latest redrive campaigns, last begun first; at most 100. */
  readonly redrives: ReadonlyArray<Redrive>
  /** One redrive campaign. Null when there is none of this id. */
  readonly redrive?: Maybe<Redrive>
  /** The latest replays of ranges, last begun first; at most 100. */
  readonly replays: ReadonlyArray<Replay>
  /** One replay. Null when there is none of this id. */
  readonly replay?: Maybe<Replay>
  /** Keys that are parked: their first record failed, and what comes behind it waits with it. By unit and key. */
  readonly parkedKeys: ParkedKeyConnection
  /** The actor modules that somebody registered, by name. Empty: every module of the actors folder runs as it is. */
  readonly registrations: ReadonlyArray<Registration>
  /** Which version of an actor took the place of which, the last one first; at most 100. */
  readonly promotions: ReadonlyArray<Promotion>
  /** What became of an event, as far as Postgres knows: by its id, in every actor that met it. */
  readonly explainEvent: EventStory
  /** Packages of a tenant, as its own clients see them, last changed first. */
  readonly packages: TrackedPackageConnection
  /** One package of a tenant. Null when it has none of this id. */
  readonly package?: Maybe<TrackedPackage>
  /** The scans of one package in time order, the oldest first; empty where there is no such package. */
  readonly packageHistory: TrackedScanConnection
}

/**
 * What the processes of Troupe last said of themselves, which they do about once a second; and what operators made of it.
 *
 * Whether a process is alive is told by the clock of Postgres. Processes that have stopped or fallen silent are shown for a
 * day, and no more than the thousand processes that reported last.
 */
export type QueryNodesArgs = {
  first?: InputMaybe<Scalars['Int']['input']>
  after?: InputMaybe<Scalars['String']['input']>
}

/**
 * What the processes of Troupe last said of themselves, which they do about once a second; and what operators made of it.
 *
 * Whether a process is alive is told by the clock of Postgres. Processes that have stopped or fallen silent are shown for a
 * day, and no more than the thousand processes that reported last.
 */
export type QueryProcessesArgs = {
  first?: InputMaybe<Scalars['Int']['input']>
  after?: InputMaybe<Scalars['String']['input']>
  liveness?: InputMaybe<Liveness>
}

/**
 * What the processes of Troupe last said of themselves, which they do about once a second; and what operators made of it.
 *
 * Whether a process is alive is told by the clock of Postgres. Processes that have stopped or fallen silent are shown for a
 * day, and no more than the thousand processes that reported last.
 */
export type QueryProcessArgs = {
  id: Scalars['ID']['input']
}

/**
 * What the processes of Troupe last said of themselves, which they do about once a second; and what operators made of it.
 *
 * Whether a process is alive is told by the clock of Postgres. Processes that have stopped or fallen silent are shown for a
 * day, and no more than the thousand processes that reported last.
 */
export type QueryActorsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>
  after?: InputMaybe<Scalars['String']['input']>
  group?: InputMaybe<Scalars['String']['input']>
}

/**
 * What the processes of Troupe last said of themselves, which they do about once a second; and what operators made of it.
 *
 * Whether a process is alive is told by the clock of Postgres. Processes that have stopped or fallen silent are shown for a
 * day, and no more than the thousand processes that reported last.
 */
export type QueryGroupsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>
  after?: InputMaybe<Scalars['String']['input']>
}

/**
 * What the processes of Troupe last said of themselves, which they do about once a second; and what operators made of it.
 *
 * Whether a process is alive is told by the clock of Postgres. Processes that have stopped or fallen silent are shown for a
 * day, and no more than the thousand processes that reported last.
 */
export type QueryGroupArgs = {
  name: Scalars['ID']['input']
}

/**
 * What the processes of Troupe last said of themselves, which they do about once a second; and what operators made of it.
 *
 * Whether a process is alive is told by the clock of Postgres. Processes that have stopped or fallen silent are shown for a
 * day, and no more than the thousand processes that reported last.
 */
export type QueryPartitionsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>
  after?: InputMaybe<Scalars['String']['input']>
  group?: InputMaybe<Scalars['String']['input']>
  topic?: InputMaybe<Scalars['String']['input']>
}

/**
 * What the processes of Troupe last said of themselves, which they do about once a second; and what operators made of it.
 *
 * Whether a process is alive is told by the clock of Postgres. Processes that have stopped or fallen silent are shown for a
 * day, and no more than the thousand processes that reported last.
 */
export type QueryOutcomesArgs = {
  first?: InputMaybe<Scalars['Int']['input']>
  after?: InputMaybe<Scalars['String']['input']>
  group?: InputMaybe<Scalars['String']['input']>
  actor?: InputMaybe<Scalars['String']['input']>
  topic?: InputMaybe<Scalars['String']['input']>
}

/**
 * What the processes of Troupe last said of themselves, which they do about once a second; and what operators made of it.
 *
 * Whether a process is alive is told by the clock of Postgres. Processes that have stopped or fallen silent are shown for a
 * day, and no more than the thousand processes that reported last.
 */
export type QueryEventTypesArgs = {
  name?: InputMaybe<Scalars['String']['input']>
}

/**
 * What the processes of Troupe last said of themselves, which they do about once a second; and what operators made of it.
 *
 * Whether a process is alive is told by the clock of Postgres. Processes that have stopped or fallen silent are shown for a
 * day, and no more than the thousand processes that reported last.
 */
export type QueryLastErrorsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>
  actor?: InputMaybe<Scalars['String']['input']>
  group?: InputMaybe<Scalars['String']['input']>
}

/**
 * What the processes of Troupe last said of themselves, which they do about once a second; and what operators made of it.
 *
 * Whether a process is alive is told by the clock of Postgres. Processes that have stopped or fallen silent are shown for a
 * day, and no more than the thousand processes that reported last.
 */
export type QueryCommandsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>
  after?: InputMaybe<Scalars['String']['input']>
}

/**
 * What the processes of Troupe last said of themselves, which they do about once a second; and what operators made of it.
 *
 * Whether a process is alive is told by the clock of Postgres. Processes that have stopped or fallen silent are shown for a
 * day, and no more than the thousand processes that reported last.
 */
export type QueryCommandArgs = {
  id: Scalars['ID']['input']
}

/**
 * What the processes of Troupe last said of themselves, which they do about once a second; and what operators made of it.
 *
 * Whether a process is alive is told by the clock of Postgres. Processes that have stopped or fallen silent are shown for a
 * day, and no more than the thousand processes that reported last.
 */
export type QueryAuditLogArgs = {
  first?: InputMaybe<Scalars['Int']['input']>
  after?: InputMaybe<Scalars['String']['input']>
  who?: InputMaybe<Scalars['String']['input']>
  mutation?: InputMaybe<Scalars['String']['input']>
}

/**
 * What the processes of Troupe last said of themselves, which they do about once a second; and what operators made of it.
 *
 * Whether a process is alive is told by the clock of Postgres. Processes that have stopped or fallen silent are shown for a
 * day, and no more than the thousand processes that reported last.
 */
export type QueryAuditEntryArgs = {
  id: Scalars['ID']['input']
}

/**
 * What the processes of Troupe last said of themselves, which they do about once a second; and what operators made of it.
 *
 * Whether a process is alive is told by the clock of Postgres. Processes that have stopped or fallen silent are shown for a
 * day, and no more than the thousand processes that reported last.
 */
export type QueryPausesArgs = {
  group?: InputMaybe<Scalars['String']['input']>
}

/**
 * What the processes of Troupe last said of themselves, which they do about once a second; and what operators made of it.
 *
 * Whether a process is alive is told by the clock of Postgres. Processes that have stopped or fallen silent are shown for a
 * day, and no more than the thousand processes that reported last.
 */
export type QueryDeadLettersArgs = {
  first?: InputMaybe<Scalars['Int']['input']>
  after?: InputMaybe<Scalars['String']['input']>
  filter?: InputMaybe<DeadLetterFilter>
  state?: InputMaybe<DeadLetterState>
}

/**
 * What the processes of Troupe last said of themselves, which they do about once a second; and what operators made of it.
 *
 * Whether a process is alive is told by the clock of Postgres. Processes that have stopped or fallen silent are shown for a
 * day, and no more than the thousand processes that reported last.
 */
export type QueryDeadLetterArgs = {
  id: Scalars['ID']['input']
}

/**
 * What the processes of Troupe last said of themselves, which they do about once a second; and what operators made of it.
 *
 * Whether a process is alive is told by the clock of Postgres. Processes that have stopped or fallen silent are shown for a
 * day, and no more than the thousand processes that reported last.
 */
export type QueryRecordsArgs = {
  topic: Scalars['String']['input']
  partition: Scalars['Int']['input']
  first?: InputMaybe<Scalars['Int']['input']>
  offset?: InputMaybe<Scalars['SafeInt']['input']>
  time?: InputMaybe<Scalars['DateTime']['input']>
  key?: InputMaybe<Scalars['String']['input']>
  type?: InputMaybe<Scalars['String']['input']>
}

/**
 * What the processes of Troupe last said of themselves, which they do about once a second; and what operators made of it.
 *
 * Whether a process is alive is told by the clock of Postgres. Processes that have stopped or fallen silent are shown for a
 * day, and no more than the thousand processes that reported last.
 */
export type QueryRedrivePreviewArgs = {
  filter: DeadLetterFilter
  maxRedrives?: InputMaybe<Scalars['Int']['input']>
}

/**
 * What the processes of Troupe last said of themselves, which they do about once a second; and what operators made of it.
 *
 * Whether a process is alive is told by the clock of Postgres. Processes that have stopped or fallen silent are shown for a
 * day, and no more than the thousand processes that reported last.
 */
export type QueryRedriveArgs = {
  id: Scalars['ID']['input']
}

/**
 * What the processes of Troupe last said of themselves, which they do about once a second; and what operators made of it.
 *
 * Whether a process is alive is told by the clock of Postgres. Processes that have stopped or fallen silent are shown for a
 * day, and no more than the thousand processes that reported last.
 */
export type QueryReplaysArgs = {
  group?: InputMaybe<Scalars['String']['input']>
}

/**
 * What the processes of Troupe last said of themselves, which they do about once a second; and what operators made of it.
 *
 * Whether a process is alive is told by the clock of Postgres. Processes that have stopped or fallen silent are shown for a
 * day, and no more than the thousand processes that reported last.
 */
export type QueryReplayArgs = {
  id: Scalars['ID']['input']
}

/**
 * What the processes of Troupe last said of themselves, which they do about once a second; and what operators made of it.
 *
 * Whether a process is alive is told by the clock of Postgres. Processes that have stopped or fallen silent are shown for a
 * day, and no more than the thousand processes that reported last.
 */
export type QueryParkedKeysArgs = {
  first?: InputMaybe<Scalars['Int']['input']>
  after?: InputMaybe<Scalars['String']['input']>
  group?: InputMaybe<Scalars['String']['input']>
  actor?: InputMaybe<Scalars['String']['input']>
  topic?: InputMaybe<Scalars['String']['input']>
}

/**
 * What the processes of Troupe last said of themselves, which they do about once a second; and what operators made of it.
 *
 * Whether a process is alive is told by the clock of Postgres. Processes that have stopped or fallen silent are shown for a
 * day, and no more than the thousand processes that reported last.
 */
export type QueryPromotionsArgs = {
  actor?: InputMaybe<Scalars['String']['input']>
}

/**
 * What the processes of Troupe last said of themselves, which they do about once a second; and what operators made of it.
 *
 * Whether a process is alive is told by the clock of Postgres. Processes that have stopped or fallen silent are shown for a
 * day, and no more than the thousand processes that reported last.
 */
export type QueryExplainEventArgs = {
  eventId: Scalars['String']['input']
  tenant: Scalars['String']['input']
}

/**
 * What the processes of Troupe last said of themselves, which they do about once a second; and what operators made of it.
 *
 * Whether a process is alive is told by the clock of Postgres. Processes that have stopped or fallen silent are shown for a
 * day, and no more than the thousand processes that reported last.
 */
export type QueryPackagesArgs = {
  tenant: Scalars['String']['input']
  first?: InputMaybe<Scalars['Int']['input']>
  after?: InputMaybe<Scalars['String']['input']>
  trackingId?: InputMaybe<Scalars['String']['input']>
  orderId?: InputMaybe<Scalars['String']['input']>
  state?: InputMaybe<Scalars['String']['input']>
}

/**
 * What the processes of Troupe last said of themselves, which they do about once a second; and what operators made of it.
 *
 * Whether a process is alive is told by the clock of Postgres. Processes that have stopped or fallen silent are shown for a
 * day, and no more than the thousand processes that reported last.
 */
export type QueryPackageArgs = {
  tenant: Scalars['String']['input']
  trackingId: Scalars['String']['input']
}

/**
 * What the processes of Troupe last said of themselves, which they do about once a second; and what operators made of it.
 *
 * Whether a process is alive is told by the clock of Postgres. Processes that have stopped or fallen silent are shown for a
 * day, and no more than the thousand processes that reported last.
 */
export type QueryPackageHistoryArgs = {
  tenant: Scalars['String']['input']
  trackingId: Scalars['String']['input']
  first?: InputMaybe<Scalars['Int']['input']>
  after?: InputMaybe<Scalars['String']['input']>
}

/**
 * What operators can do. Each asks for a role, with `dryRun` too.
 *
 * Each leaves an entry in the audit log, refused ones and dry runs too. Where processes carry it out, the answer comes when
 * all of them have acknowledged, or after eight seconds with who has not; the command goes on, and `command` tells of it.
 */
export type Mutation = {
  /**
   * Units stand still: nothing of them is handled until somebody resumes them, also when other processes take them over or
   * all are started again. What is in workers' hands finishes. Asks for the role operator.
   */
  readonly pause: MutationResult
  /**
   * Units go on where they stand. Takes away every pause within the selection, and makes units in quarantine look again
   * where they may go on. A wider pause, of the whole group say, holds. Asks for the role operator.
   */
  readonly resume: MutationResult
  /**
   * Units of actors with effects in Postgres go on at another offset, whether they are at work or paused; their counts begin
   * anew. Actors without have no unit to reset: stop them, and move their group with Kafka's own tools. Asks for the role
   * operator.
   */
  readonly resetOffsets: MutationResult
  /**
   * A range of a partition's past is handled again for one actor with effects in Postgres, by the unit's owner, while the
   * partition goes on: nothing is produced, the unit is not moved, and nobody else sees it. It ends where the unit stands. What it
   * comes to is told by `replays`. Asks for the role operator.
   */
  readonly replayRange: MutationResult
  /** A replay that runs is paused; what it has done stays done. Asks for the role operator. */
  readonly pauseReplay: MutationResult
  /** A replay that was paused goes on where it was. Asks for the role operator. */
  readonly resumeReplay: MutationResult
  /** A replay ends: what it has not handled is not handled again. Asks for the role operator. */
  readonly stopReplay: MutationResult
  /**
   * Dead letters are produced to their topics again, for the actor they died in alone, by the relay processes. It is a
   * campaign: at a rate, with a receipt for each letter, and it can be paused. Asks for the role operator.
   */
  readonly redrive: MutationResult
  /** A redrive campaign that runs is paused: what it has produced stays produced. Asks for the role operator. */
  readonly pauseRedrive: MutationResult
  /** A redrive campaign that was paused goes on. Asks for the role operator. */
  readonly resumeRedrive: MutationResult
  /** A redrive campaign ends: the letters that it has not produced stay dead. Asks for the role operator. */
  readonly stopRedrive: MutationResult
  /**
   * Nothing more happens to these dead letters; those that are not dead any more stay as they are. Asks for the role
   * operator.
   */
  readonly discardDeadLetters: MutationResult
  /** The first record of a parked key is tried now. Asks for the role operator. */
  readonly releaseParkedKey: MutationResult
  /** The first record of a parked key is left out, and what is behind it goes on. Asks for the role operator. */
  readonly skipParkedKey: MutationResult
  /**
   * An actor module that is deployed in the actors folder of all nodes runs from now on, without a restart, also after one.
   * Each node loads and checks it aside first: that it is an actor, that its options are right, that its topics are known,
   * and that it can read every live version of what it receives. Where one node refuses, nothing is changed. With the first
   * registration of a deployment all actors that run then are registered, too: from then on only what is registered runs.
   * Asked for a module that runs already it takes in the file as it is now. Asks for the role admin.
   */
  readonly registerActor: MutationResult
  /**
   * Options of a registered actor are set; what is not given is the module's own. Its group begins anew, in order. Asks for
   * the role admin.
   */
  readonly configureActor: MutationResult
  /** A registered actor that was disabled runs again, from where it was. Asks for the role admin. */
  readonly enableActor: MutationResult
  /** A registered actor does not run any more until it is enabled; its progress is kept. Asks for the role admin. */
  readonly disableActor: MutationResult
  /**
   * An actor does not run any more, and its options are forgotten. Its progress is kept: registered again it goes on there.
   * Asks for the role admin.
   */
  readonly unregisterActor: MutationResult
  /**
   * Another version of an actor that runs, a module of its own that defines it under the same name, handles some of its
   * partitions from now on, and with them the keys that are in them; the version that runs handles all others. It goes on
   * where the other one was, and is refused where group, topics, order or effects are not the same. Asked again it has
   * these partitions and no others. Asks for the role admin.
   */
  readonly canaryActor: MutationResult
  /**
   * A version of an actor, a module of its own that defines it under the same name, runs from now on in the place of the one
   * that does, and goes on where it was; a canary and a shadow of it end. Asks for the role admin.
   */
  readonly promoteActor: MutationResult
  /**
   * A version of an actor, a module of its own that defines it under the same name, sees the records that the version that
   * runs has handled, each once, with the state that it met; what it does with them is compared and dropped. It has no part in
   * what is handled, and the group's members stay. Is refused for what a canary is refused for, and for `sql: true`. Asked
   * again it has these partitions and no others. Asks for the role admin.
   */
  readonly shadowActor: MutationResult
  /**
   * A canary and a shadow of the actor end; where there is none, the version that was promoted last gives its place back to
   * the one before, which goes on where it was. What was handled stays handled. Asks for the role admin.
   */
  readonly rollBackActor: MutationResult
  /**
   * The runtime processes of a node give back what they have, in order, and stay up without work until `resumeNode`, also
   * those that start there later. Other nodes of the same groups take over. Asks for the role operator.
   */
  readonly drainNode: MutationResult
  /** A drained node takes work again. Asks for the role operator. */
  readonly resumeNode: MutationResult
  /**
   * The processes of a node are replaced by new ones, one at a time, each when the one before is ready: its primary sees to
   * that, and it is acknowledged when it begins. A node of one process (PROCESSES=1) has no primary, and refuses. Asks for
   * the role operator.
   */
  readonly restartNode: MutationResult
  /**
   * Is every offset of a group accounted for? What its units counted is compared with where the log begins and ends, by one
   * process of the group; the answer's details have a line for each unit and each finding. Changes nothing. Asks for the
   * role operator.
   */
  readonly audit: MutationResult
}

/**
 * What operators can do. Each asks for a role, with `dryRun` too.
 *
 * Each leaves an entry in the audit log, refused ones and dry runs too. Where processes carry it out, the answer comes when
 * all of them have acknowledged, or after eight seconds with who has not; the command goes on, and `command` tells of it.
 */
export type MutationPauseArgs = {
  group: Scalars['String']['input']
  actor?: InputMaybe<Scalars['String']['input']>
  topic?: InputMaybe<Scalars['String']['input']>
  partition?: InputMaybe<Scalars['Int']['input']>
  dryRun?: InputMaybe<Scalars['Boolean']['input']>
  idempotencyKey?: InputMaybe<Scalars['ID']['input']>
  reason?: InputMaybe<Scalars['String']['input']>
}

/**
 * What operators can do. Each asks for a role, with `dryRun` too.
 *
 * Each leaves an entry in the audit log, refused ones and dry runs too. Where processes carry it out, the answer comes when
 * all of them have acknowledged, or after eight seconds with who has not; the command goes on, and `command` tells of it.
 */
export type MutationResumeArgs = {
  group: Scalars['String']['input']
  actor?: InputMaybe<Scalars['String']['input']>
  topic?: InputMaybe<Scalars['String']['input']>
  partition?: InputMaybe<Scalars['Int']['input']>
  dryRun?: InputMaybe<Scalars['Boolean']['input']>
  idempotencyKey?: InputMaybe<Scalars['ID']['input']>
  reason?: InputMaybe<Scalars['String']['input']>
}

/**
 * What operators can do. Each asks for a role, with `dryRun` too.
 *
 * Each leaves an entry in the audit log, refused ones and dry runs too. Where processes carry it out, the answer comes when
 * all of them have acknowledged, or after eight seconds with who has not; the command goes on, and `command` tells of it.
 */
export type MutationResetOffsetsArgs = {
  group: Scalars['String']['input']
  actor?: InputMaybe<Scalars['String']['input']>
  topic?: InputMaybe<Scalars['String']['input']>
  partition?: InputMaybe<Scalars['Int']['input']>
  to: OffsetPlace
  time?: InputMaybe<Scalars['DateTime']['input']>
  offset?: InputMaybe<Scalars['SafeInt']['input']>
  dedupe?: InputMaybe<Dedupe>
  dryRun?: InputMaybe<Scalars['Boolean']['input']>
  idempotencyKey?: InputMaybe<Scalars['ID']['input']>
  reason?: InputMaybe<Scalars['String']['input']>
}

/**
 * What operators can do. Each asks for a role, with `dryRun` too.
 *
 * Each leaves an entry in the audit log, refused ones and dry runs too. Where processes carry it out, the answer comes when
 * all of them have acknowledged, or after eight seconds with who has not; the command goes on, and `command` tells of it.
 */
export type MutationReplayRangeArgs = {
  group: Scalars['String']['input']
  actor: Scalars['String']['input']
  topic: Scalars['String']['input']
  partition: Scalars['Int']['input']
  fromOffset?: InputMaybe<Scalars['SafeInt']['input']>
  toOffset?: InputMaybe<Scalars['SafeInt']['input']>
  fromTime?: InputMaybe<Scalars['DateTime']['input']>
  toTime?: InputMaybe<Scalars['DateTime']['input']>
  dedupe?: InputMaybe<Dedupe>
  ratePerSecond?: InputMaybe<Scalars['Float']['input']>
  dryRun?: InputMaybe<Scalars['Boolean']['input']>
  idempotencyKey?: InputMaybe<Scalars['ID']['input']>
  reason?: InputMaybe<Scalars['String']['input']>
}

/**
 * What operators can do. Each asks for a role, with `dryRun` too.
 *
 * Each leaves an entry in the audit log, refused ones and dry runs too. Where processes carry it out, the answer comes when
 * all of them have acknowledged, or after eight seconds with who has not; the command goes on, and `command` tells of it.
 */
export type MutationPauseReplayArgs = {
  id: Scalars['ID']['input']
  dryRun?: InputMaybe<Scalars['Boolean']['input']>
  idempotencyKey?: InputMaybe<Scalars['ID']['input']>
  reason?: InputMaybe<Scalars['String']['input']>
}

/**
 * What operators can do. Each asks for a role, with `dryRun` too.
 *
 * Each leaves an entry in the audit log, refused ones and dry runs too. Where processes carry it out, the answer comes when
 * all of them have acknowledged, or after eight seconds with who has not; the command goes on, and `command` tells of it.
 */
export type MutationResumeReplayArgs = {
  id: Scalars['ID']['input']
  dryRun?: InputMaybe<Scalars['Boolean']['input']>
  idempotencyKey?: InputMaybe<Scalars['ID']['input']>
  reason?: InputMaybe<Scalars['String']['input']>
}

/**
 * What operators can do. Each asks for a role, with `dryRun` too.
 *
 * Each leaves an entry in the audit log, refused ones and dry runs too. Where processes carry it out, the answer comes when
 * all of them have acknowledged, or after eight seconds with who has not; the command goes on, and `command` tells of it.
 */
export type MutationStopReplayArgs = {
  id: Scalars['ID']['input']
  dryRun?: InputMaybe<Scalars['Boolean']['input']>
  idempotencyKey?: InputMaybe<Scalars['ID']['input']>
  reason?: InputMaybe<Scalars['String']['input']>
}

/**
 * What operators can do. Each asks for a role, with `dryRun` too.
 *
 * Each leaves an entry in the audit log, refused ones and dry runs too. Where processes carry it out, the answer comes when
 * all of them have acknowledged, or after eight seconds with who has not; the command goes on, and `command` tells of it.
 */
export type MutationRedriveArgs = {
  filter: DeadLetterFilter
  ratePerSecond?: InputMaybe<Scalars['Float']['input']>
  maxRedrives?: InputMaybe<Scalars['Int']['input']>
  dryRun?: InputMaybe<Scalars['Boolean']['input']>
  idempotencyKey?: InputMaybe<Scalars['ID']['input']>
  reason?: InputMaybe<Scalars['String']['input']>
}

/**
 * What operators can do. Each asks for a role, with `dryRun` too.
 *
 * Each leaves an entry in the audit log, refused ones and dry runs too. Where processes carry it out, the answer comes when
 * all of them have acknowledged, or after eight seconds with who has not; the command goes on, and `command` tells of it.
 */
export type MutationPauseRedriveArgs = {
  id: Scalars['ID']['input']
  dryRun?: InputMaybe<Scalars['Boolean']['input']>
  idempotencyKey?: InputMaybe<Scalars['ID']['input']>
  reason?: InputMaybe<Scalars['String']['input']>
}

/**
 * What operators can do. Each asks for a role, with `dryRun` too.
 *
 * Each leaves an entry in the audit log, refused ones and dry runs too. Where processes carry it out, the answer comes when
 * all of them have acknowledged, or after eight seconds with who has not; the command goes on, and `command` tells of it.
 */
export type MutationResumeRedriveArgs = {
  id: Scalars['ID']['input']
  dryRun?: InputMaybe<Scalars['Boolean']['input']>
  idempotencyKey?: InputMaybe<Scalars['ID']['input']>
  reason?: InputMaybe<Scalars['String']['input']>
}

/**
 * What operators can do. Each asks for a role, with `dryRun` too.
 *
 * Each leaves an entry in the audit log, refused ones and dry runs too. Where processes carry it out, the answer comes when
 * all of them have acknowledged, or after eight seconds with who has not; the command goes on, and `command` tells of it.
 */
export type MutationStopRedriveArgs = {
  id: Scalars['ID']['input']
  dryRun?: InputMaybe<Scalars['Boolean']['input']>
  idempotencyKey?: InputMaybe<Scalars['ID']['input']>
  reason?: InputMaybe<Scalars['String']['input']>
}

/**
 * What operators can do. Each asks for a role, with `dryRun` too.
 *
 * Each leaves an entry in the audit log, refused ones and dry runs too. Where processes carry it out, the answer comes when
 * all of them have acknowledged, or after eight seconds with who has not; the command goes on, and `command` tells of it.
 */
export type MutationDiscardDeadLettersArgs = {
  ids: ReadonlyArray<Scalars['ID']['input']>
  dryRun?: InputMaybe<Scalars['Boolean']['input']>
  idempotencyKey?: InputMaybe<Scalars['ID']['input']>
  reason?: InputMaybe<Scalars['String']['input']>
}

/**
 * What operators can do. Each asks for a role, with `dryRun` too.
 *
 * Each leaves an entry in the audit log, refused ones and dry runs too. Where processes carry it out, the answer comes when
 * all of them have acknowledged, or after eight seconds with who has not; the command goes on, and `command` tells of it.
 */
export type MutationReleaseParkedKeyArgs = {
  group: Scalars['String']['input']
  actor: Scalars['String']['input']
  topic: Scalars['String']['input']
  partition: Scalars['Int']['input']
  key: Scalars['String']['input']
  dryRun?: InputMaybe<Scalars['Boolean']['input']>
  idempotencyKey?: InputMaybe<Scalars['ID']['input']>
  reason?: InputMaybe<Scalars['String']['input']>
}

/**
 * What operators can do. Each asks for a role, with `dryRun` too.
 *
 * Each leaves an entry in the audit log, refused ones and dry runs too. Where processes carry it out, the answer comes when
 * all of them have acknowledged, or after eight seconds with who has not; the command goes on, and `command` tells of it.
 */
export type MutationSkipParkedKeyArgs = {
  group: Scalars['String']['input']
  actor: Scalars['String']['input']
  topic: Scalars['String']['input']
  partition: Scalars['Int']['input']
  key: Scalars['String']['input']
  offset: Scalars['SafeInt']['input']
  dryRun?: InputMaybe<Scalars['Boolean']['input']>
  idempotencyKey?: InputMaybe<Scalars['ID']['input']>
  reason?: InputMaybe<Scalars['String']['input']>
}

/**
 * What operators can do. Each asks for a role, with `dryRun` too.
 *
 * Each leaves an entry in the audit log, refused ones and dry runs too. Where processes carry it out, the answer comes when
 * all of them have acknowledged, or after eight seconds with who has not; the command goes on, and `command` tells of it.
 */
export type MutationRegisterActorArgs = {
  module: Scalars['String']['input']
  options?: InputMaybe<ActorOptionsInput>
  dryRun?: InputMaybe<Scalars['Boolean']['input']>
  idempotencyKey?: InputMaybe<Scalars['ID']['input']>
  reason?: InputMaybe<Scalars['String']['input']>
}

/**
 * What operators can do. Each asks for a role, with `dryRun` too.
 *
 * Each leaves an entry in the audit log, refused ones and dry runs too. Where processes carry it out, the answer comes when
 * all of them have acknowledged, or after eight seconds with who has not; the command goes on, and `command` tells of it.
 */
export type MutationConfigureActorArgs = {
  module: Scalars['String']['input']
  options: ActorOptionsInput
  dryRun?: InputMaybe<Scalars['Boolean']['input']>
  idempotencyKey?: InputMaybe<Scalars['ID']['input']>
  reason?: InputMaybe<Scalars['String']['input']>
}

/**
 * What operators can do. Each asks for a role, with `dryRun` too.
 *
 * Each leaves an entry in the audit log, refused ones and dry runs too. Where processes carry it out, the answer comes when
 * all of them have acknowledged, or after eight seconds with who has not; the command goes on, and `command` tells of it.
 */
export type MutationEnableActorArgs = {
  module: Scalars['String']['input']
  dryRun?: InputMaybe<Scalars['Boolean']['input']>
  idempotencyKey?: InputMaybe<Scalars['ID']['input']>
  reason?: InputMaybe<Scalars['String']['input']>
}

/**
 * What operators can do. Each asks for a role, with `dryRun` too.
 *
 * Each leaves an entry in the audit log, refused ones and dry runs too. Where processes carry it out, the answer comes when
 * all of them have acknowledged, or after eight seconds with who has not; the command goes on, and `command` tells of it.
 */
export type MutationDisableActorArgs = {
  module: Scalars['String']['input']
  dryRun?: InputMaybe<Scalars['Boolean']['input']>
  idempotencyKey?: InputMaybe<Scalars['ID']['input']>
  reason?: InputMaybe<Scalars['String']['input']>
}

/**
 * What operators can do. Each asks for a role, with `dryRun` too.
 *
 * Each leaves an entry in the audit log, refused ones and dry runs too. Where processes carry it out, the answer comes when
 * all of them have acknowledged, or after eight seconds with who has not; the command goes on, and `command` tells of it.
 */
export type MutationUnregisterActorArgs = {
  module: Scalars['String']['input']
  dryRun?: InputMaybe<Scalars['Boolean']['input']>
  idempotencyKey?: InputMaybe<Scalars['ID']['input']>
  reason?: InputMaybe<Scalars['String']['input']>
}

/**
 * What operators can do. Each asks for a role, with `dryRun` too.
 *
 * Each leaves an entry in the audit log, refused ones and dry runs too. Where processes carry it out, the answer comes when
 * all of them have acknowledged, or after eight seconds with who has not; the command goes on, and `command` tells of it.
 */
export type MutationCanaryActorArgs = {
  module: Scalars['String']['input']
  partitions: ReadonlyArray<Scalars['Int']['input']>
  options?: InputMaybe<ActorOptionsInput>
  dryRun?: InputMaybe<Scalars['Boolean']['input']>
  idempotencyKey?: InputMaybe<Scalars['ID']['input']>
  reason?: InputMaybe<Scalars['String']['input']>
}

/**
 * What operators can do. Each asks for a role, with `dryRun` too.
 *
 * Each leaves an entry in the audit log, refused ones and dry runs too. Where processes carry it out, the answer comes when
 * all of them have acknowledged, or after eight seconds with who has not; the command goes on, and `command` tells of it.
 */
export type MutationPromoteActorArgs = {
  module: Scalars['String']['input']
  options?: InputMaybe<ActorOptionsInput>
  dryRun?: InputMaybe<Scalars['Boolean']['input']>
  idempotencyKey?: InputMaybe<Scalars['ID']['input']>
  reason?: InputMaybe<Scalars['String']['input']>
}

/**
 * What operators can do. Each asks for a role, with `dryRun` too.
 *
 * Each leaves an entry in the audit log, refused ones and dry runs too. Where processes carry it out, the answer comes when
 * all of them have acknowledged, or after eight seconds with who has not; the command goes on, and `command` tells of it.
 */
export type MutationShadowActorArgs = {
  module: Scalars['String']['input']
  partitions?: InputMaybe<ReadonlyArray<Scalars['Int']['input']>>
  options?: InputMaybe<ActorOptionsInput>
  dryRun?: InputMaybe<Scalars['Boolean']['input']>
  idempotencyKey?: InputMaybe<Scalars['ID']['input']>
  reason?: InputMaybe<Scalars['String']['input']>
}

/**
 * What operators can do. Each asks for a role, with `dryRun` too.
 *
 * Each leaves an entry in the audit log, refused ones and dry runs too. Where processes carry it out, the answer comes when
 * all of them have acknowledged, or after eight seconds with who has not; the command goes on, and `command` tells of it.
 */
export type MutationRollBackActorArgs = {
  actor: Scalars['String']['input']
  dryRun?: InputMaybe<Scalars['Boolean']['input']>
  idempotencyKey?: InputMaybe<Scalars['ID']['input']>
  reason?: InputMaybe<Scalars['String']['input']>
}

/**
 * What operators can do. Each asks for a role, with `dryRun` too.
 *
 * Each leaves an entry in the audit log, refused ones and dry runs too. Where processes carry it out, the answer comes when
 * all of them have acknowledged, or after eight seconds with who has not; the command goes on, and `command` tells of it.
 */
export type MutationDrainNodeArgs = {
  node: Scalars['String']['input']
  dryRun?: InputMaybe<Scalars['Boolean']['input']>
  idempotencyKey?: InputMaybe<Scalars['ID']['input']>
  reason?: InputMaybe<Scalars['String']['input']>
}

/**
 * What operators can do. Each asks for a role, with `dryRun` too.
 *
 * Each leaves an entry in the audit log, refused ones and dry runs too. Where processes carry it out, the answer comes when
 * all of them have acknowledged, or after eight seconds with who has not; the command goes on, and `command` tells of it.
 */
export type MutationResumeNodeArgs = {
  node: Scalars['String']['input']
  dryRun?: InputMaybe<Scalars['Boolean']['input']>
  idempotencyKey?: InputMaybe<Scalars['ID']['input']>
  reason?: InputMaybe<Scalars['String']['input']>
}

/**
 * What operators can do. Each asks for a role, with `dryRun` too.
 *
 * Each leaves an entry in the audit log, refused ones and dry runs too. Where processes carry it out, the answer comes when
 * all of them have acknowledged, or after eight seconds with who has not; the command goes on, and `command` tells of it.
 */
export type MutationRestartNodeArgs = {
  node: Scalars['String']['input']
  dryRun?: InputMaybe<Scalars['Boolean']['input']>
  idempotencyKey?: InputMaybe<Scalars['ID']['input']>
  reason?: InputMaybe<Scalars['String']['input']>
}

/**
 * What operators can do. Each asks for a role, with `dryRun` too.
 *
 * Each leaves an entry in the audit log, refused ones and dry runs too. Where processes carry it out, the answer comes when
 * all of them have acknowledged, or after eight seconds with who has not; the command goes on, and `command` tells of it.
 */
export type MutationAuditArgs = {
  group: Scalars['String']['input']
  actor?: InputMaybe<Scalars['String']['input']>
  topic?: InputMaybe<Scalars['String']['input']>
  dryRun?: InputMaybe<Scalars['Boolean']['input']>
  idempotencyKey?: InputMaybe<Scalars['ID']['input']>
  reason?: InputMaybe<Scalars['String']['input']>
}

/**
 * What operators are told as it happens, by WebSocket at `/subscriptions`, protocol graphql-transport-ws. Each asks for what a
 * viewer may see. All subscriptions of a server are fed by one look a half-second at what processes report, and at dead letters
 * and commands where somebody asked for those. Who reads too slowly is told so, and ended.
 */
export type Subscription = {
  /**
   * Groups, each as it is at first, then whenever its lag, its partitions or what becomes of its records change. While it does
   * not change nothing comes. A slow reader is told the newest of each group.
   */
  readonly lagChanged: Group
  /** Members that come and go, and partitions that move, as processes report them. */
  readonly rebalances: Rebalance
  /** Records that are given up, from now on; first those that were found first. */
  readonly deadLetterArrived: DeadLetter
  /** A command as it stands at first, then at each answer. Ends when nothing more can come of it. */
  readonly commandProgress: Command
}

/**
 * What operators are told as it happens, by WebSocket at `/subscriptions`, protocol graphql-transport-ws. Each asks for what a
 * viewer may see. All subscriptions of a server are fed by one look a half-second at what processes report, and at dead letters
 * and commands where somebody asked for those. Who reads too slowly is told so, and ended.
 */
export type SubscriptionLagChangedArgs = {
  group?: InputMaybe<Scalars['String']['input']>
}

/**
 * What operators are told as it happens, by WebSocket at `/subscriptions`, protocol graphql-transport-ws. Each asks for what a
 * viewer may see. All subscriptions of a server are fed by one look a half-second at what processes report, and at dead letters
 * and commands where somebody asked for those. Who reads too slowly is told so, and ended.
 */
export type SubscriptionRebalancesArgs = {
  group?: InputMaybe<Scalars['String']['input']>
}

/**
 * What operators are told as it happens, by WebSocket at `/subscriptions`, protocol graphql-transport-ws. Each asks for what a
 * viewer may see. All subscriptions of a server are fed by one look a half-second at what processes report, and at dead letters
 * and commands where somebody asked for those. Who reads too slowly is told so, and ended.
 */
export type SubscriptionDeadLetterArrivedArgs = {
  filter?: InputMaybe<DeadLetterFilter>
}

/**
 * What operators are told as it happens, by WebSocket at `/subscriptions`, protocol graphql-transport-ws. Each asks for what a
 * viewer may see. All subscriptions of a server are fed by one look a half-second at what processes report, and at dead letters
 * and commands where somebody asked for those. Who reads too slowly is told so, and ended.
 */
export type SubscriptionCommandProgressArgs = {
  id: Scalars['ID']['input']
}

/** What changed in a consumer group between two looks at what its processes report. */
export type Rebalance = {
  /** The consumer group. */
  readonly groupName: Scalars['String']['output']
  /** When it was seen, by the clock of Postgres. */
  readonly at: Scalars['DateTime']['output']
  /** Live processes that came into the group. */
  readonly joined: ReadonlyArray<GroupMemberChange>
  /** Processes that left the group, stopped, or fell silent. */
  readonly left: ReadonlyArray<GroupMemberChange>
  /** Partitions whose live process changed, by topic and partition; at most 100. */
  readonly moves: ReadonlyArray<PartitionMove>
  /** How many partitions those are in all. */
  readonly movedPartitions: Scalars['Int']['output']
  /** How many live processes are in the group now. */
  readonly liveMembers: Scalars['Int']['output']
  /** How many of its partitions no live process has now. */
  readonly unheldPartitions: Scalars['Int']['output']
}

/** A process that came into a group, or left it. */
export type GroupMemberChange = {
  /** Its id. */
  readonly processId: Scalars['ID']['output']
  /** The machine or pod that it runs or ran on. */
  readonly nodeName: Scalars['String']['output']
}

/** A partition that another process has now. */
export type PartitionMove = {
  /** The topic. */
  readonly topic: Scalars['String']['output']
  /** The partition's number. */
  readonly partition: Scalars['Int']['output']
  /** The live process that had it. Null: none had. */
  readonly fromProcessId?: Maybe<Scalars['ID']['output']>
  /** The live process that has it now. Null: none has. */
  readonly toProcessId?: Maybe<Scalars['ID']['output']>
}

/** What of an actor is set without touching its module. What is not given is the module's own. */
export type ActorOptionsInput = {
  /** Records of different keys that one batch handles side by side, 1 to 10,000; 1 for actors that keep partition order. */
  readonly concurrency?: InputMaybe<Scalars['Int']['input']>
  /** Lanes that a partition is split into, 1 to 1,024. */
  readonly lanes?: InputMaybe<Scalars['Int']['input']>
  /** Attempts of a record in all, 1 to 1,000. */
  readonly attempts?: InputMaybe<Scalars['Int']['input']>
  /** How the wait grows between attempts. */
  readonly backoff?: InputMaybe<Backoff>
  /** Before the second attempt, in ms. */
  readonly firstDelayMs?: InputMaybe<Scalars['Int']['input']>
  /** The longest wait, in ms. */
  readonly maxDelayMs?: InputMaybe<Scalars['Int']['input']>
}

/** How the wait grows between attempts. */
export type Backoff =
  /** Doubled each time, up to `maxDelayMs`. */
  | 'EXPONENTIAL'
  /** Always `firstDelayMs`. */
  | 'FIXED'

/** An actor module that somebody registered. */
export type Registration = {
  /** The module's name in the actors folder. */
  readonly module: Scalars['ID']['output']
  /** The actor that it defines. */
  readonly actor: Scalars['String']['output']
  /** The consumer group of the actor. */
  readonly groupName: Scalars['String']['output']
  /** Whether it runs. */
  readonly state: RegistrationState
  /** Of its file: the first characters of its SHA-256. */
  readonly version: Scalars['String']['output']
  /** What is set of it, as JSON. */
  readonly options: Scalars['String']['output']
  /** Those that it handles as a canary, or sees as a shadow (none: all); else none. */
  readonly partitions: ReadonlyArray<Scalars['Int']['output']>
  /** The name of the key that changed it last. */
  readonly changedBy: Scalars['String']['output']
  /** When that was. */
  readonly changedAt: Scalars['DateTime']['output']
}

/** Whether a registered actor runs. */
export type RegistrationState =
  /** It runs. */
  | 'ENABLED'
  /** It does not, until it is enabled. */
  | 'DISABLED'
  /** It does not, until it is registered again. */
  | 'UNREGISTERED'
  /** It runs beside the version that is enabled, for some of the partitions. */
  | 'CANARY'
  /** It sees the records of those that run, and nothing of what it does is kept. */
  | 'SHADOW'

/** A version of an actor that took the place of another one. */
export type Promotion = {
  /** Grows with each promotion. */
  readonly id: Scalars['ID']['output']
  /** The actor. */
  readonly actor: Scalars['String']['output']
  /** Its consumer group. */
  readonly groupName: Scalars['String']['output']
  /** The module that was promoted. */
  readonly module: Scalars['String']['output']
  /** Of its file then. */
  readonly version: Scalars['String']['output']
  /** The module in whose place it runs. */
  readonly fromModule: Scalars['String']['output']
  /** Of that file then. */
  readonly fromVersion: Scalars['String']['output']
  /** The name of the key that promoted it. */
  readonly by: Scalars['String']['output']
  /** When. */
  readonly at: Scalars['DateTime']['output']
  /** The name of the key that took it back; null: it stands. */
  readonly rolledBackBy?: Maybe<Scalars['String']['output']>
  /** When that was. */
  readonly rolledBackAt?: Maybe<Scalars['DateTime']['output']>
}

/** A place in the log of a partition. */
export type OffsetPlace =
  /** Its first record that is still there. */
  | 'EARLIEST'
  /** Its end: only what comes from now on. */
  | 'LATEST'
  /** A moment: give `time`. */
  | 'TIME'
  /** An offset: give `offset`, and a `partition`. */
  | 'OFFSET'

/** What becomes of events that were handled before, when their records come again. */
export type Dedupe =
  /** They stay handled: their effects are not repeated. */
  | 'KEEP'
  /** They have their effects again: after a reset all from the new offset on, in a replay those of its range. */
  | 'REPLAY'

/** What came of a mutation. */
export type MutationResult = {
  /** How it went. */
  readonly outcome: MutationOutcome
  /** The same in a sentence. */
  readonly message: Scalars['String']['output']
  /** What it touches, a line each; at most 100. */
  readonly touches: ReadonlyArray<Scalars['String']['output']>
  /** The id of what it made: of the redrive campaign or the replay, say. Null where it made nothing, and as long as no process has said. */
  readonly madeId?: Maybe<Scalars['ID']['output']>
  /** Its entry in the audit log. */
  readonly audit: AuditEntry
  /** What processes carry out; null where nothing is asked of them. */
  readonly command?: Maybe<Command>
}

/** How a mutation went. */
export type MutationOutcome =
  /** Only asked what it would touch. */
  | 'DRY_RUN'
  /** It is done, by all that were asked. */
  | 'DONE'
  /** Some have done it, some could not or did not answer in time. */
  | 'PARTLY'
  /** Somebody has not acknowledged yet. */
  | 'WAITING'
  /** Nothing was changed; the message says why. */
  | 'REFUSED'
  /** It was tried; the message says what came of it. */
  | 'FAILED'
  /** It is being carried out, or whoever carried it out died over it: look before asking again with another key. */
  | 'BEGUN'
  /** Nobody that was asked read it in time, and nothing was done. */
  | 'EXPIRED'

/** What operators asked of processes. */
export type Command = {
  /** Grows with each command. */
  readonly id: Scalars['ID']['output']
  /** What is asked: pause, resume, reset-offsets and so on. */
  readonly kind: Scalars['String']['output']
  /** What is asked, as JSON. */
  readonly body: Scalars['String']['output']
  /** The version of its form. A process that does not know it refuses it. */
  readonly version: Scalars['Int']['output']
  /** The name of the key that asked. */
  readonly askedBy: Scalars['String']['output']
  /** When it was given, by the clock of Postgres. */
  readonly askedAt: Scalars['DateTime']['output']
  /** Who reads it later does nothing of it. */
  readonly expiresAt: Scalars['DateTime']['output']
  /** How it stands. */
  readonly state: CommandState
  /** What processes answered, in the order it came. */
  readonly answers: ReadonlyArray<CommandAnswer>
  /** The processes that have not answered. */
  readonly waitingFor: ReadonlyArray<Process>
  /** The ids of processes that have not answered, also of those that no report tells of any more. */
  readonly waitingForIds: ReadonlyArray<Scalars['ID']['output']>
}

/** How a command stands. */
export type CommandState =
  /** Somebody has not answered, and may still. */
  | 'WAITING'
  /** All have done it. */
  | 'DONE'
  /** Some have done it, and no other can any more. */
  | 'PARTLY'
  /** Nobody has done it, and somebody said why. */
  | 'REFUSED'
  /** Nobody has read it in time. */
  | 'EXPIRED'

/** What one process answered to a command. */
export type CommandAnswer = {
  /** The process; it may have ended since. */
  readonly processId: Scalars['ID']['output']
  /** The machine or pod that it ran on. */
  readonly nodeName: Scalars['String']['output']
  /** Whether it did it. */
  readonly state: CommandAnswerState
  /** What it did, or why not, in a sentence. */
  readonly message: Scalars['String']['output']
  /** What it was done to, a line each; at most 100. */
  readonly details: ReadonlyArray<Scalars['String']['output']>
  /** When, by the clock of Postgres. */
  readonly at: Scalars['DateTime']['output']
}

/** Whether a process did what it was asked. */
export type CommandAnswerState =
  /** It is as was asked. */
  | 'DONE'
  /** It cannot do such a thing, and has changed nothing. */
  | 'REFUSED'
  /** It tried; the message says what came of it. */
  | 'FAILED'
  /** It read the command too late, and did nothing. */
  | 'EXPIRED'

/** One mutation, as it was asked for. */
export type AuditEntry = {
  /** Grows with each entry. */
  readonly id: Scalars['ID']['output']
  /** When, by the clock of Postgres. */
  readonly at: Scalars['DateTime']['output']
  /** The name of the key. */
  readonly who: Scalars['String']['output']
  /** The role of the key. */
  readonly role: Role
  /** The mutation's name. */
  readonly mutation: Scalars['String']['output']
  /** Its arguments, as JSON. */
  readonly arguments: Scalars['String']['output']
  /** Why, as whoever asked gave it; empty when nothing was given. */
  readonly reason: Scalars['String']['output']
  /** Only asked what it would touch. */
  readonly dryRun: Scalars['Boolean']['output']
  /** As it was given; null when none was. */
  readonly idempotencyKey?: Maybe<Scalars['ID']['output']>
  /** How it went, as far as is known now. */
  readonly outcome: MutationOutcome
  /** The same in a sentence. */
  readonly message: Scalars['String']['output']
  /** What it touches, a line each; at most 100. */
  readonly touches: ReadonlyArray<Scalars['String']['output']>
  /** What processes carry out of it; null where nothing is asked of them. */
  readonly command?: Maybe<Command>
}

/** Units that handle nothing, whoever has them, until somebody resumes them. */
export type Pause = {
  /** The consumer group. */
  readonly group: Scalars['String']['output']
  /** The actor; null: all of the group. */
  readonly actor?: Maybe<Scalars['String']['output']>
  /** The topic; null: all of them. */
  readonly topic?: Maybe<Scalars['String']['output']>
  /** The partition; null: all of them. */
  readonly partition?: Maybe<Scalars['Int']['output']>
  /** Why; empty when nothing was given. */
  readonly reason: Scalars['String']['output']
  /** The name of the key that paused it. */
  readonly by: Scalars['String']['output']
  /** Since when. */
  readonly at: Scalars['DateTime']['output']
}

/** A node that stays up without work. */
export type Drain = {
  /** Its name: NODE_NAME, or the host's. */
  readonly node: Scalars['ID']['output']
  /** Why; empty when nothing was given. */
  readonly reason: Scalars['String']['output']
  /** The name of the key that drained it. */
  readonly by: Scalars['String']['output']
  /** Since when. */
  readonly at: Scalars['DateTime']['output']
}

/** All at a glance. */
export type Cluster = {
  /** When this was read, by the clock of Postgres. */
  readonly readAt: Scalars['DateTime']['output']
  /** Who asks: the name that the key was issued with. */
  readonly keyName: Scalars['String']['output']
  /** What the key allows. */
  readonly role: Role
  /** Processes that report. */
  readonly liveProcesses: Scalars['Int']['output']
  /** Live processes that lack something which they need: see `readiness` of each. */
  readonly unreadyProcesses: Scalars['Int']['output']
  /** Processes that fell silent without having said that they stop: they died, are frozen, or cannot reach Postgres. */
  readonly silentProcesses: Scalars['Int']['output']
  /** Processes whose reports this version of Troupe cannot read: see `unreadable` of each. */
  readonly unreadableProcesses: Scalars['Int']['output']
  /** Unfinished records of all groups as far as they are known: the sum of their `lagRecords`. Null when none is known. */
  readonly lagRecords?: Maybe<Scalars['SafeInt']['output']>
  /** The age in ms of the oldest unfinished record of all groups: the worst `lagMs`. Null when none is known. */
  readonly lagMs?: Maybe<Scalars['SafeInt']['output']>
  /** Partitions that no live process has. */
  readonly unheldPartitions: Scalars['Int']['output']
  /** Records finished per second, over about the last 10 s, whatever became of them. */
  readonly recordsPerSecond: Scalars['Float']['output']
}

/** What a key of the operators' API allows. */
export type Role =
  /** To see. */
  | 'VIEWER'
  /** To see and to steer. */
  | 'OPERATOR'
  /** To see, to steer, and to change who may. */
  | 'ADMIN'

/** A machine, or a pod. */
export type Node = {
  /** Its name: NODE_NAME, or the host's. */
  readonly name: Scalars['ID']['output']
  /** Its processes: live ones first, the latest report first. */
  readonly processes: ReadonlyArray<Process>
  /** How many of them are live. */
  readonly liveProcesses: Scalars['Int']['output']
}

/** A machine, or a pod. */
export type NodeProcessesArgs = {
  first?: InputMaybe<Scalars['Int']['input']>
}

/** One run of a process; a restart is another process. What stands in its report alone is null where that is unreadable. */
export type Process = {
  /** Of this run. */
  readonly id: Scalars['ID']['output']
  /** The name of the machine or pod. */
  readonly nodeName: Scalars['String']['output']
  /** What it does. */
  readonly kind: ProcessKind
  /** Whether it reports. */
  readonly liveness: Liveness
  /** Whether its last beat is at most three of its report intervals, or two seconds, old, by the clock of Postgres, and it has not stopped. */
  readonly live: Scalars['Boolean']['output']
  /** What it last said of itself; a process that died still says what it said. */
  readonly state: ProcessState
  /** When it began, by its own clock. */
  readonly startedAt: Scalars['DateTime']['output']
  /** How long it has run: until now when it is live, else until its last beat. */
  readonly uptimeMs: Scalars['SafeInt']['output']
  /** When its last report came, by the clock of Postgres. */
  readonly lastBeat: Scalars['DateTime']['output']
  /** How long ago that is. */
  readonly silentMs: Scalars['SafeInt']['output']
  /** How often it means to report. */
  readonly intervalMs: Scalars['SafeInt']['output']
  /** The version of its report's form. */
  readonly reportVersion: Scalars['Int']['output']
  /** Why its report cannot be read: most often it runs another version of Troupe. Null when it can. */
  readonly unreadable?: Maybe<Scalars['String']['output']>
  /** The operating system's number of it, on its node. */
  readonly pid?: Maybe<Scalars['Int']['output']>
  /** The version of Troupe that it runs. */
  readonly troupeVersion?: Maybe<Scalars['String']['output']>
  /** The version of Node.js that it runs on. */
  readonly nodeVersion?: Maybe<Scalars['String']['output']>
  /** Whether it has what it needs, as `/readyz` says. */
  readonly readiness?: Maybe<Readiness>
  /** Its memory, event loop and worker threads. */
  readonly health?: Maybe<ProcessHealth>
}

/** What a process does. */
export type ProcessKind =
  /** Consumes and handles records. */
  | 'RUNTIME'
  /** Serves the GraphQL APIs. */
  | 'CONTROL_PLANE'
  /** Sends what is in the outbox, and redrives dead letters. */
  | 'RELAY'
  /** Something that this version of Troupe does not know. */
  | 'OTHER'

/** Whether a process reports. */
export type Liveness =
  /** Its last beat is at most three of its report intervals, or two seconds, old. */
  | 'LIVE'
  /** It has missed more than that without having said that it stops: it died, is frozen, or cannot reach Postgres. */
  | 'SILENT'
  /** It said that it stopped. */
  | 'STOPPED'

/** Where a process stands in its life. */
export type ProcessState =
  /** It connects. */
  | 'STARTING'
  /** It works. */
  | 'RUNNING'
  /** It finishes what is in flight. */
  | 'STOPPING'
  /** It has ended in order. */
  | 'STOPPED'
  /** Something that this version of Troupe does not know. */
  | 'OTHER'

/** Whether a process has what it needs. */
export type Readiness = {
  /** All checks are passed. */
  readonly ready: Scalars['Boolean']['output']
  /** Each thing that it needs. */
  readonly checks: ReadonlyArray<ReadinessCheck>
}

/** One thing that a process needs. */
export type ReadinessCheck = {
  /** consumer, producer, postgres, registry or process. */
  readonly name: Scalars['String']['output']
  /** Whether it is there. */
  readonly ready: Scalars['Boolean']['output']
  /** What is missing, in a sentence to act on; empty when it is there. */
  readonly reason: Scalars['String']['output']
}

/** How a process does. */
export type ProcessHealth = {
  /** Memory that the operating system counts as its own. */
  readonly rssBytes: Scalars['SafeInt']['output']
  /** 99th percentile of the delay of its event loop since the report before. */
  readonly eventLoopDelayMs: Scalars['Float']['output']
  /** The threads that run actors. */
  readonly workers: ReadonlyArray<Worker>
}

/** A thread that runs actors. */
export type Worker = {
  /** Its number within the process. */
  readonly threadId: Scalars['Int']['output']
  /** Share of the last interval in which its event loop was busy, 0 to 1. */
  readonly busy: Scalars['Float']['output']
}

/** An actor of a group, as the live process that reported last describes it; where none is live, as the last one did. */
export type Actor = {
  /** Its name. */
  readonly name: Scalars['String']['output']
  /** Its consumer group. */
  readonly groupName: Scalars['String']['output']
  /** The topics that it reads. */
  readonly topics: ReadonlyArray<Scalars['String']['output']>
  /** The event types that it receives; patterns are possible. */
  readonly receives: ReadonlyArray<Scalars['String']['output']>
  /** What keeps its order: partition, key or none. */
  readonly order: Scalars['String']['output']
  /** Where its effects go: none, postgres or kafka. */
  readonly effects: Scalars['String']['output']
  /** How many records of a batch run at the same time. */
  readonly concurrency: Scalars['Int']['output']
  /** Into how many lanes each partition is split. */
  readonly lanes: Scalars['Int']['output']
  /** Whether all live processes describe it alike; false while a new version is rolled out. */
  readonly consistent: Scalars['Boolean']['output']
  /** Where it runs: the live processes that have it, by node and id. */
  readonly processes: ReadonlyArray<Process>
  /** In how many live processes it runs. */
  readonly liveProcesses: Scalars['Int']['output']
  /** What became of its records, all partitions together. */
  readonly outcomes: Outcomes
  /** Its versions, where it is registered: the one that runs, its canary, its shadow, and those that ran since the processes began. */
  readonly versions: ReadonlyArray<ActorVersion>
  /** Its parked keys, all partitions together. Null: it parks nothing, or nobody tells. */
  readonly parked?: Maybe<ParkedCounts>
  /** With what it runs, as set by its module and by operators. Null: its process is of an earlier version and does not tell. */
  readonly settings?: Maybe<ActorSettings>
  /** The event types that it reads, by name. */
  readonly reads: ReadonlyArray<ReadEventType>
  /** What operators registered of it; its version is there. Null: it runs as it is in the actors folder. */
  readonly registration?: Maybe<Registration>
}

/** An actor of a group, as the live process that reported last describes it; where none is live, as the last one did. */
export type ActorProcessesArgs = {
  first?: InputMaybe<Scalars['Int']['input']>
}

/** A version of a registered actor, in the live processes together. */
export type ActorVersion = {
  /** Its module and the version of that file: `invoices@3fa9c1d2e4b5`. */
  readonly version: Scalars['ID']['output']
  /** What it is now. */
  readonly role: ActorVersionRole
  /** Those that it handles as a canary, or sees as a shadow (none: all); else none. */
  readonly partitions: ReadonlyArray<Scalars['Int']['output']>
  /** How it fares as a shadow; null: it is none. The counts below are 0 for a shadow. */
  readonly shadow?: Maybe<ShadowReport>
  /** Records that had their effects by it, since the processes began. */
  readonly applied: Scalars['SafeInt']['output']
  /** Records that it rejected. */
  readonly rejected: Scalars['SafeInt']['output']
  /** Records that failed with it until they were given up. */
  readonly exhausted: Scalars['SafeInt']['output']
  /** Records that were undecodable, duplicates, redelivered or skipped. */
  readonly others: Scalars['SafeInt']['output']
}

/** What a version of an actor is. */
export type ActorVersionRole =
  /** It runs. */
  | 'CURRENT'
  /** It runs for some of the partitions. */
  | 'CANARY'
  /** It sees the records of those that run, and nothing of what it does is kept. */
  | 'SHADOW'
  /** It does not run any more. */
  | 'FORMER'

/** How a shadow fares, in the live processes together, since it began in each of them. */
export type ShadowReport = {
  /** Records that it handled to an end of any kind. */
  readonly handled: Scalars['SafeInt']['output']
  /** Of those, records that it failed with. */
  readonly failed: Scalars['SafeInt']['output']
  /** Of those handled, records of which it made something else than the version that runs. */
  readonly differing: Scalars['SafeInt']['output']
  /** Records that it had no room for, or did not come to: it sees what it has time for. */
  readonly dropped: Scalars['SafeInt']['output']
  /** What it failed with, most frequent first. */
  readonly failures: ReadonlyArray<ShadowFailureCount>
  /** The last failure that a process tells; null: none. */
  readonly lastFailure?: Maybe<ShadowFailure>
  /** The last difference that a process tells; null: none. */
  readonly lastDifference?: Maybe<ShadowDifference>
  /** Why it handles nothing any more in a process, where that is so. */
  readonly ended: ReadonlyArray<Scalars['String']['output']>
}

/** How often a shadow failed with a class of errors. */
export type ShadowFailureCount = {
  /** Name of the class of what was thrown; `ProcessEnded`: it ended its process. */
  readonly errorClass: Scalars['String']['output']
  /** Records. */
  readonly count: Scalars['SafeInt']['output']
}

/** A record that a shadow failed with. */
export type ShadowFailure = {
  /** Of the record. */
  readonly topic: Scalars['String']['output']
  /** Of the record. */
  readonly partition: Scalars['Int']['output']
  /** Of the record. */
  readonly offset: Scalars['SafeInt']['output']
  /** Name of the class of what was thrown. */
  readonly errorClass: Scalars['String']['output']
  /** What it says. */
  readonly message: Scalars['String']['output']
}

/** A record of which a shadow made something else than the version that runs. */
export type ShadowDifference = {
  /** Of the record. */
  readonly topic: Scalars['String']['output']
  /** Of the record. */
  readonly partition: Scalars['Int']['output']
  /** Of the record. */
  readonly offset: Scalars['SafeInt']['output']
  /** The first difference in words, without what is in the data. */
  readonly text: Scalars['String']['output']
}

/** With what an actor runs. */
export type ActorSettings = {
  /** Where its group begins without committed offsets: earliest or latest. */
  readonly startFrom: Scalars['String']['output']
  /** How long one attempt may take. */
  readonly timeLimitMs: Scalars['SafeInt']['output']
  /** What waits while a record waits for its next attempt: block (its lane), park (its key) or topic (nothing). */
  readonly retryMode: Scalars['String']['output']
  /** Attempts of a record in all. */
  readonly attempts: Scalars['Int']['output']
  /** How the wait grows between attempts: exponential or fixed. */
  readonly backoff: Scalars['String']['output']
  /** Before the second attempt. */
  readonly firstDelayMs: Scalars['SafeInt']['output']
  /** The longest wait. */
  readonly maxDelayMs: Scalars['SafeInt']['output']
}

/** An event type that an actor reads. */
export type ReadEventType = {
  /** `{domain}.{entity}.{action}`. */
  readonly name: Scalars['String']['output']
  /** Of the schema that it is read with, as the files of SCHEMAS_DIR are numbered. Null: it is none of those. */
  readonly version?: Maybe<Scalars['Int']['output']>
}

/** An event type, and who reads it. */
export type EventType = {
  /** `{domain}.{entity}.{action}`. */
  readonly name: Scalars['ID']['output']
  /** The actors that read it, by group and name. */
  readonly readers: ReadonlyArray<EventReader>
}

/** An actor that reads an event type. */
export type EventReader = {
  /** The actor. */
  readonly actor: Actor
  /** Of the schema that it reads it with, as the files of SCHEMAS_DIR are numbered. Null: it is none of those. */
  readonly version?: Maybe<Scalars['Int']['output']>
}

/** Parked keys added up. */
export type ParkedCounts = {
  /** How many keys wait. */
  readonly keys: Scalars['SafeInt']['output']
  /** Of them, those that wait for an operator. */
  readonly held: Scalars['SafeInt']['output']
  /** Records that wait, all keys together. */
  readonly records: Scalars['SafeInt']['output']
  /** Since the key that is parked longest was parked; 0 without any. */
  readonly oldestAgeMs: Scalars['SafeInt']['output']
}

/** Events that were written with the effects they follow from, and leave for Kafka afterwards. */
export type Outbox = {
  /** How many wait to be sent; of a slice no more than 10,000 are counted. */
  readonly records: Scalars['SafeInt']['output']
  /** The age of the oldest of them; 0 without any. */
  readonly ageMs: Scalars['SafeInt']['output']
  /** Those that no broker took: they wait for an operator. No more than 10,000 are counted. */
  readonly parked: Scalars['SafeInt']['output']
  /** Age of the transaction that events of writers other than actors wait for; 0: none. Null: no live relay tells. */
  readonly heldBackMs?: Maybe<Scalars['SafeInt']['output']>
  /** What live relays sent, each since it began. */
  readonly sentRecords: Scalars['SafeInt']['output']
  /** The live relays, by node and id. */
  readonly relays: ReadonlyArray<Process>
  /** Its eight parts, each sent by one relay at a time. */
  readonly slices: ReadonlyArray<OutboxSlice>
}

/** A part of the outbox. Events of one key are in one slice, in order. */
export type OutboxSlice = {
  /** Its number, 0 to 7. */
  readonly slice: Scalars['Int']['output']
  /** How it goes, as the relay says that has it. */
  readonly state: OutboxSliceState
  /** How many events wait; 10,000 stands for that many or more. */
  readonly records: Scalars['SafeInt']['output']
  /** The age of the oldest of them; null without any. */
  readonly ageMs?: Maybe<Scalars['SafeInt']['output']>
  /** The live relay that says it sends it; null: none. */
  readonly relay?: Maybe<Process>
  /** Who has the lease to send it, as the table names it; null: nobody, or it has run out. */
  readonly holder?: Maybe<Scalars['String']['output']>
  /** When the lease runs out unless it is renewed; null without one. */
  readonly leasedUntil?: Maybe<Scalars['DateTime']['output']>
  /** Raised at each take-over. */
  readonly term: Scalars['SafeInt']['output']
  /** What it waits for, in a sentence to act on; empty when it goes on. */
  readonly waitsFor: Scalars['String']['output']
  /** Topics that are missing or forbidden: their events wait, the others go on. */
  readonly heldTopics: ReadonlyArray<HeldTopic>
}

/** How a slice of the outbox goes. */
export type OutboxSliceState =
  /** Its relay prepares to send it, and shuts out the one before. */
  | 'TAKING_OVER'
  /** Its events are being sent. */
  | 'SENDING'
  /** All is sent. */
  | 'IDLE'
  /** Something is missing: `waitsFor` says what. */
  | 'WAITING'
  /** Its relay gives it up. */
  | 'ENDED'
  /** No live relay says it has it: its events wait. */
  | 'ORPHAN'

/** A topic whose events wait in the outbox. */
export type HeldTopic = {
  /** Its name. */
  readonly topic: Scalars['String']['output']
  /** What is wrong with it. */
  readonly message: Scalars['String']['output']
}

/** A consumer group. */
export type Group = {
  /** Its name, which is Kafka's `group.id`. */
  readonly name: Scalars['ID']['output']
  /** The live processes in it, by node and id. */
  readonly members: ReadonlyArray<GroupMember>
  /** How many live processes are in it. */
  readonly liveMembers: Scalars['Int']['output']
  /** Its partitions, by topic and partition. */
  readonly partitions: PartitionConnection
  /** How many partitions are known of it. */
  readonly partitionCount: Scalars['Int']['output']
  /** How many of them no live process has. */
  readonly unheldPartitions: Scalars['Int']['output']
  /** How many of them do not tell their lag; `lagRecords` and `lagMs` leave those out. */
  readonly unknownLagPartitions: Scalars['Int']['output']
  /** Unfinished records of all partitions whose lag is known. Null when none is. */
  readonly lagRecords?: Maybe<Scalars['SafeInt']['output']>
  /** The worst lag in time of its partitions, in ms. Null when none is known. */
  readonly lagMs?: Maybe<Scalars['SafeInt']['output']>
  /** What became of its records, all actors together. */
  readonly outcomes: Outcomes
  /** Its parked keys, all actors together. Null: nobody tells. */
  readonly parked?: Maybe<ParkedCounts>
  /** An estimate in ms until what is there now is finished: that of its slowest partition. Null while that of one is not known. */
  readonly drainMs?: Maybe<Scalars['SafeInt']['output']>
}

/** A consumer group. */
export type GroupMembersArgs = {
  first?: InputMaybe<Scalars['Int']['input']>
}

/** A consumer group. */
export type GroupPartitionsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>
  after?: InputMaybe<Scalars['String']['input']>
}

/** A process in a consumer group. */
export type GroupMember = {
  /** The process. */
  readonly process: Process
  /** The group has given it its part, which may be nothing. */
  readonly joined: Scalars['Boolean']['output']
  /** How many partitions it says it has. */
  readonly partitionCount: Scalars['Int']['output']
}

/**
 * A partition of a topic, as one consumer group reads it.
 *
 * Its numbers are those of one process, told at `asOf`. Where several say that they have it, which happens for a moment while
 * the group rebalances, live processes count before dead ones, and among those the one whose frontier is farthest: the
 * frontier of a group only goes forward, so whoever is behind is about to give the partition back, or has lost it without
 * having noticed. Where nobody live has it, the numbers are the last that were told, while the group still reads the topic.
 */
export type Partition = {
  /** The consumer group. */
  readonly groupName: Scalars['String']['output']
  /** The topic. */
  readonly topic: Scalars['String']['output']
  /** The partition's number. */
  readonly partition: Scalars['Int']['output']
  /** Who has it. */
  readonly hold: Hold
  /** The live process whose numbers these are. Null when no live process has it. */
  readonly process?: Maybe<Process>
  /** All live processes that say they have it; one but for moments of a rebalance. */
  readonly claimants: ReadonlyArray<Process>
  /** When these numbers were told, by the clock of Postgres. */
  readonly asOf: Scalars['DateTime']['output']
  /** The offset after the last record fetched. Null: nothing yet. */
  readonly position?: Maybe<Scalars['SafeInt']['output']>
  /** Everything below this offset is finished; it is what may be committed. Null: not known yet. */
  readonly frontier?: Maybe<Scalars['SafeInt']['output']>
  /** The offset that the next record gets. Null: the broker has not told. */
  readonly end?: Maybe<Scalars['SafeInt']['output']>
  /** `end` − `frontier`: records that may still have to be handled. Null while one of them is unknown. */
  readonly lagRecords?: Maybe<Scalars['SafeInt']['output']>
  /**
   * Age in ms, at `asOf`, of the first record that is not finished, by its timestamp; 0 when all is finished. Where that
   * record was not fetched yet: for how long it is known to be there, which is a lower bound. Null while it is not known.
   */
  readonly lagMs?: Maybe<Scalars['SafeInt']['output']>
  /**
   * An estimate in ms until what is there now is finished, at the rate of about the last 10 s and as if nothing more came.
   * Null while it is not known, and where something is left and nothing moves.
   */
  readonly drainMs?: Maybe<Scalars['SafeInt']['output']>
  /** The way of each actor through it. */
  readonly units: ReadonlyArray<Unit>
}

/** Who has a partition. */
export type Hold =
  /** One live process. */
  | 'HELD'
  /** More than one live process says so: a rebalance is under way, and one of them has not reported since. */
  | 'CONTESTED'
  /** No live process: the group has too few members, is rebalancing, or the process that had it died. */
  | 'UNHELD'

/** One actor's way through a partition. */
export type Unit = {
  /** The actor's name. */
  readonly actor: Scalars['String']['output']
  /** Where it stands: assigned, running, paused, draining or revoked. */
  readonly lifecycle: Scalars['String']['output']
  /** The offset after the last record given to it. Null: nothing yet. */
  readonly position?: Maybe<Scalars['SafeInt']['output']>
  /** Everything below this offset is finished. Null: not known yet. */
  readonly frontier?: Maybe<Scalars['SafeInt']['output']>
  /** Timestamp of the first record given to it that is not finished. Null: there is none, or the record has none. */
  readonly oldestUnfinishedAt?: Maybe<Scalars['DateTime']['output']>
  /** Records given to it and not finished. */
  readonly unfinishedRecords: Scalars['SafeInt']['output']
  /** Their bytes. */
  readonly unfinishedBytes: Scalars['SafeInt']['output']
  /** Records that may still be fetched for it now; at 0 it has all it may hold, and what is unfinished must end first. */
  readonly creditRecords: Scalars['SafeInt']['output']
  /** Bytes that may still be fetched for it now. */
  readonly creditBytes: Scalars['SafeInt']['output']
  /** What holds it up: registry, postgres, broker, or dependency: one that the actor declares; the log and the last errors name it. Null: nothing. */
  readonly waitingFor?: Maybe<Scalars['String']['output']>
  /** Why nothing of it is handled until somebody decides where it goes on; null: it is not in quarantine. */
  readonly quarantine?: Maybe<Scalars['String']['output']>
  /** Its parked keys. Null: it has no row in Postgres, or none yet. */
  readonly parked?: Maybe<ParkedCounts>
}

/**
 * What became of records. Counts are sums over the processes shown, each since it began: they fall when a process is no longer
 * shown. For their course over time use the metrics.
 */
export type Outcomes = {
  /** Handled; the effects are committed. */
  readonly applied: Scalars['SafeInt']['output']
  /** The idempotency key was handled before, at another offset; no effect ran. */
  readonly duplicate: Scalars['SafeInt']['output']
  /** Handled before at this very offset; no effect ran. */
  readonly redelivered: Scalars['SafeInt']['output']
  /** Refused by the actor; dead-lettered with the reason. */
  readonly rejected: Scalars['SafeInt']['output']
  /** The bytes could not be read; dead-lettered. */
  readonly undecodable: Scalars['SafeInt']['output']
  /** Every attempt failed; dead-lettered with the last error. */
  readonly exhausted: Scalars['SafeInt']['output']
  /** No actor receives this event type, or an operator left it out; not decoded. */
  readonly skipped: Scalars['SafeInt']['output']
  /** Parked: it waited in Postgres for its next attempt, or behind one of its key. Counted again with what became of it. */
  readonly parked: Scalars['SafeInt']['output']
  /** All but the parked ones together: the records that are done with. */
  readonly total: Scalars['SafeInt']['output']
  /** Attempts that failed and were followed by another one. No outcome: the record has one besides. */
  readonly retries: Scalars['SafeInt']['output']
  /** Outcomes of live processes per second, over about the last 10 s. */
  readonly perSecond: Scalars['Float']['output']
  /** The same by outcome. */
  readonly rates: OutcomeRates
  /** What the stages of their way took, in the order they come: queue, decode, handle, store. */
  readonly stages: ReadonlyArray<StageCost>
}

/**
 * What a stage took, lanes that run side by side added up. Waiting counts: a handler that waits a second for somebody else
 * has taken one.
 */
export type StageCost = {
  /** queue (from the drain to a worker's hands), decode, handle or store. */
  readonly stage: Scalars['String']['output']
  /** Since the processes shown began. */
  readonly totalMs: Scalars['SafeInt']['output']
  /** In live processes, over about the last 10 s: 1,000 is one lane that does nothing else. */
  readonly msPerSecond: Scalars['Float']['output']
}

/** Outcomes of live processes per second, over about the last 10 s. */
export type OutcomeRates = {
  /** Handled; the effects are committed. */
  readonly applied: Scalars['Float']['output']
  /** The idempotency key was handled before, at another offset. */
  readonly duplicate: Scalars['Float']['output']
  /** Handled before at this very offset. */
  readonly redelivered: Scalars['Float']['output']
  /** Refused by the actor; dead-lettered. */
  readonly rejected: Scalars['Float']['output']
  /** The bytes could not be read; dead-lettered. */
  readonly undecodable: Scalars['Float']['output']
  /** Every attempt failed; dead-lettered. */
  readonly exhausted: Scalars['Float']['output']
  /** No actor receives this event type, or an operator left it out. */
  readonly skipped: Scalars['Float']['output']
  /** Parked; counted again with what became of it. */
  readonly parked: Scalars['Float']['output']
}

/** What became of the records of one actor in one partition. */
export type UnitOutcomes = {
  /** The consumer group. */
  readonly groupName: Scalars['String']['output']
  /** The actor's name. */
  readonly actor: Scalars['String']['output']
  /** The topic. */
  readonly topic: Scalars['String']['output']
  /** The partition's number. */
  readonly partition: Scalars['Int']['output']
  /** What became of them. */
  readonly outcomes: Outcomes
}

/** An error that a process saw. */
export type ErrorSighting = {
  /** When it was seen last, by the clock of that process. All else is of that time, too. */
  readonly at: Scalars['DateTime']['output']
  /** A code of Troupe, or the name of a foreign error. */
  readonly code: Scalars['String']['output']
  /** What was wrong. */
  readonly message: Scalars['String']['output']
  /** The actor that it happened to. Null: no actor's error. */
  readonly actor?: Maybe<Scalars['String']['output']>
  /** The topic of the record. Null: no record's error. */
  readonly topic?: Maybe<Scalars['String']['output']>
  /** The partition of the record. */
  readonly partition?: Maybe<Scalars['Int']['output']>
  /** The offset of the record. */
  readonly offset?: Maybe<Scalars['SafeInt']['output']>
  /** The event's id, where it could be read. */
  readonly eventId?: Maybe<Scalars['String']['output']>
  /** What ties the event to others, where it could be read. */
  readonly correlationId?: Maybe<Scalars['String']['output']>
  /** What became of the record: retry, rejected, undecodable or exhausted. */
  readonly outcome?: Maybe<Scalars['String']['output']>
  /** How often the process saw the same. */
  readonly times: Scalars['SafeInt']['output']
  /** The process that saw it. */
  readonly process: Process
}

/** A page of nodes. */
export type NodeConnection = {
  /** The nodes with their cursors. */
  readonly edges: ReadonlyArray<NodeEdge>
  /** The nodes alone. */
  readonly nodes: ReadonlyArray<Node>
  /** Whether and where it goes on. */
  readonly pageInfo: PageInfo
}

/** A node in a page. */
export type NodeEdge = {
  /** Its place in the list, to go on from. */
  readonly cursor: Scalars['String']['output']
  /** The node. */
  readonly node: Node
}

/** A page of processes. */
export type ProcessConnection = {
  /** The processes with their cursors. */
  readonly edges: ReadonlyArray<ProcessEdge>
  /** The processes alone. */
  readonly nodes: ReadonlyArray<Process>
  /** Whether and where it goes on. */
  readonly pageInfo: PageInfo
}

/** A process in a page. */
export type ProcessEdge = {
  /** Its place in the list, to go on from. */
  readonly cursor: Scalars['String']['output']
  /** The process. */
  readonly node: Process
}

/** A page of actors. */
export type ActorConnection = {
  /** The actors with their cursors. */
  readonly edges: ReadonlyArray<ActorEdge>
  /** The actors alone. */
  readonly nodes: ReadonlyArray<Actor>
  /** Whether and where it goes on. */
  readonly pageInfo: PageInfo
}

/** An actor in a page. */
export type ActorEdge = {
  /** Its place in the list, to go on from. */
  readonly cursor: Scalars['String']['output']
  /** The actor. */
  readonly node: Actor
}

/** A page of groups. */
export type GroupConnection = {
  /** The groups with their cursors. */
  readonly edges: ReadonlyArray<GroupEdge>
  /** The groups alone. */
  readonly nodes: ReadonlyArray<Group>
  /** Whether and where it goes on. */
  readonly pageInfo: PageInfo
}

/** A group in a page. */
export type GroupEdge = {
  /** Its place in the list, to go on from. */
  readonly cursor: Scalars['String']['output']
  /** The group. */
  readonly node: Group
}

/** A page of partitions. */
export type PartitionConnection = {
  /** The partitions with their cursors. */
  readonly edges: ReadonlyArray<PartitionEdge>
  /** The partitions alone. */
  readonly nodes: ReadonlyArray<Partition>
  /** Whether and where it goes on. */
  readonly pageInfo: PageInfo
}

/** A partition in a page. */
export type PartitionEdge = {
  /** Its place in the list, to go on from. */
  readonly cursor: Scalars['String']['output']
  /** The partition. */
  readonly node: Partition
}

/** A page of outcomes. */
export type UnitOutcomesConnection = {
  /** The outcomes with their cursors. */
  readonly edges: ReadonlyArray<UnitOutcomesEdge>
  /** The outcomes alone. */
  readonly nodes: ReadonlyArray<UnitOutcomes>
  /** Whether and where it goes on. */
  readonly pageInfo: PageInfo
}

/** Outcomes in a page. */
export type UnitOutcomesEdge = {
  /** Its place in the list, to go on from. */
  readonly cursor: Scalars['String']['output']
  /** The outcomes. */
  readonly node: UnitOutcomes
}

/** Which dead letters: all that is given must hold. */
export type DeadLetterFilter = {
  /** Of this consumer group. */
  readonly group?: InputMaybe<Scalars['String']['input']>
  /** Of the actors of this name. */
  readonly actor?: InputMaybe<Scalars['String']['input']>
  /** Of this topic, where the record was. */
  readonly topic?: InputMaybe<Scalars['String']['input']>
  /** Of this tenant. */
  readonly tenant?: InputMaybe<Scalars['String']['input']>
  /** Whose error is of this class or code. */
  readonly error?: InputMaybe<Scalars['String']['input']>
  /** With this record key, whole. */
  readonly key?: InputMaybe<Scalars['String']['input']>
  /** Of this event. */
  readonly eventId?: InputMaybe<Scalars['String']['input']>
  /** That failed then or later. */
  readonly from?: InputMaybe<Scalars['DateTime']['input']>
  /** That failed before. */
  readonly to?: InputMaybe<Scalars['DateTime']['input']>
  /** Words of the error's message, as in a web search: `timed out -gateway`. */
  readonly text?: InputMaybe<Scalars['String']['input']>
  /** These; at most 500. */
  readonly ids?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>
}

/** What became of a dead letter. */
export type DeadLetterState =
  /** Given up; it waits for an operator. */
  | 'DEAD'
  /** A campaign has it. */
  | 'REDRIVING'
  /** Produced to its topic again. If it dies again that is another letter. */
  | 'REDRIVEN'
  /** Nothing more happens to it. */
  | 'DISCARDED'

/** What became of an event, in the order it happened. */
export type EventStory = {
  /** Its id, as it was asked for. */
  readonly eventId: Scalars['String']['output']
  /** Something is known of it. */
  readonly known: Scalars['Boolean']['output']
  /** What is known, oldest first; at most 200. */
  readonly steps: ReadonlyArray<EventStep>
}

/** One thing that happened to an event. */
export type EventStep = {
  /** What it is. */
  readonly kind: EventStepKind
  /** When; null: not known. */
  readonly at?: Maybe<Scalars['DateTime']['output']>
  /** The tenant; empty: not known. */
  readonly tenant: Scalars['String']['output']
  /** The consumer group; empty: none. */
  readonly groupName: Scalars['String']['output']
  /** The actor; empty: none. */
  readonly actor: Scalars['String']['output']
  /** The record, as topic/partition@offset; empty: none. */
  readonly record: Scalars['String']['output']
  /** What happened, in a sentence. */
  readonly message: Scalars['String']['output']
  /** The dead letter; null: none. */
  readonly deadLetterId?: Maybe<Scalars['ID']['output']>
}

/** What happens to an event. */
export type EventStepKind =
  /** An actor handled it, and its effects are committed. */
  | 'HANDLED'
  /** An actor refused it. */
  | 'REJECTED'
  /** It waits with its key. */
  | 'PARKED'
  /** It was given up. */
  | 'DEAD_LETTERED'
  /** Something became of its dead letter. */
  | 'RECEIPT'
  /** Its producer sent it again, and nothing was done. */
  | 'DUPLICATE'
  /** It waits in the outbox to be sent. */
  | 'OUTBOX'
  /** It could not be sent, and waits for an operator. */
  | 'OUTBOX_PARKED'

/** A record that no attempt could handle. */
export type DeadLetter = {
  /** Grows with each letter. */
  readonly id: Scalars['ID']['output']
  /** The consumer group. */
  readonly groupName: Scalars['String']['output']
  /** The actor that it died in. */
  readonly actor: Scalars['String']['output']
  /** The version of the actor; null when it has none. */
  readonly actorVersion?: Maybe<Scalars['String']['output']>
  /** Where the record was. */
  readonly topic: Scalars['String']['output']
  /** Where the record was. */
  readonly partition: Scalars['Int']['output']
  /** Where the record was. */
  readonly offset: Scalars['SafeInt']['output']
  /** The record key as text; null: none. */
  readonly key?: Maybe<Scalars['String']['output']>
  /** The tenant; empty where the event could not be read. */
  readonly tenant: Scalars['String']['output']
  /** The event's id; empty where the event could not be read. */
  readonly eventId: Scalars['String']['output']
  /** The event's type; empty where the event could not be read. */
  readonly eventType: Scalars['String']['output']
  /** What the event belongs to; empty: nothing was said. */
  readonly correlationId: Scalars['String']['output']
  /** Of the trace that the record was produced in; null: none. */
  readonly traceId?: Maybe<Scalars['String']['output']>
  /** Why it was given up: rejected, undecodable or exhausted. */
  readonly outcome: Scalars['String']['output']
  /** How often it was tried. */
  readonly attempts: Scalars['Int']['output']
  /** The class of the error. */
  readonly errorClass: Scalars['String']['output']
  /** Its code. */
  readonly errorCode: Scalars['String']['output']
  /** Its message. */
  readonly message: Scalars['String']['output']
  /** When it was given up. */
  readonly failedAt: Scalars['DateTime']['output']
  /** What became of it. */
  readonly state: DeadLetterState
  /** How often the event had been redriven before it died here. */
  readonly redrives: Scalars['Int']['output']
}

/** All that is known of a dead letter. What is in the record is for operators, and null for viewers. */
export type DeadLetterDetail = {
  /** The letter. */
  readonly letter: DeadLetter
  /** Where the error came from; empty: not known. */
  readonly stack: Scalars['String']['output']
  /** The value's bytes as base64; null for a tombstone. */
  readonly valueBase64?: Maybe<Scalars['String']['output']>
  /** The value as text, where it is text. */
  readonly valueText?: Maybe<Scalars['String']['output']>
  /** The value decoded, personal fields left out for viewers; its `unreadable` says why it could not be. */
  readonly decoded: DecodedValue
  /** The record's headers, in order. */
  readonly headers?: Maybe<ReadonlyArray<RecordHeader>>
  /** When the record was made; null: it does not say. */
  readonly recordedAt?: Maybe<Scalars['DateTime']['output']>
  /** What became of it, oldest first. */
  readonly receipts: ReadonlyArray<DeadLetterReceipt>
}

/** Records of a partition, in order. */
export type RecordPage = {
  /** The records; fewer than asked for where they are large, or where few of those that were looked at are wanted. Their cost is that of `first`. */
  readonly records: ReadonlyArray<LogRecord>
  /** The first offset that is still there. */
  readonly low: Scalars['SafeInt']['output']
  /** The offset that the next record gets. */
  readonly end: Scalars['SafeInt']['output']
  /** Where to go on: everything below was looked at. At `end` that is all. */
  readonly nextOffset: Scalars['SafeInt']['output']
}

/** A record as it is in the log. */
export type LogRecord = {
  /** Its offset. */
  readonly offset: Scalars['SafeInt']['output']
  /** Its timestamp; null: it has none. */
  readonly at?: Maybe<Scalars['DateTime']['output']>
  /** Its key as text; null: none. */
  readonly key?: Maybe<Scalars['String']['output']>
  /** Its headers, in order. */
  readonly headers: ReadonlyArray<RecordHeader>
  /** Its value, decoded. */
  readonly value: DecodedValue
}

/** A record's value, decoded by the schema it was written with. */
export type DecodedValue = {
  /** The full name of what the schema describes; empty where it is not known. */
  readonly eventType: Scalars['String']['output']
  /** The id of the schema in the registry; null: the value names none. */
  readonly schemaId?: Maybe<Scalars['SafeInt']['output']>
  /** The value as JSON, bytes as base64. Null: a tombstone, or it could not be read. */
  readonly json?: Maybe<Scalars['String']['output']>
  /** Why it could not be read; empty when it was. */
  readonly unreadable: Scalars['String']['output']
  /** Personal fields that are not shown, as paths: `location.city`, `lines[].name`. In their place stands `***`. */
  readonly maskedFields: ReadonlyArray<Scalars['String']['output']>
}

/** A header of a record. */
export type RecordHeader = {
  /** Its name. */
  readonly name: Scalars['String']['output']
  /** Its value as text; what is no UTF-8 is shown as replacement characters. Null: it has none. */
  readonly value?: Maybe<Scalars['String']['output']>
}

/** What became of a dead letter, by whom and when. */
export type DeadLetterReceipt = {
  /** redriven, skipped, refused, settled or discarded. */
  readonly outcome: Scalars['String']['output']
  /** The same in a sentence. */
  readonly reason: Scalars['String']['output']
  /** Who. */
  readonly by: Scalars['String']['output']
  /** When. */
  readonly at: Scalars['DateTime']['output']
  /** The campaign; null: an operator's single act. */
  readonly redriveId?: Maybe<Scalars['ID']['output']>
  /** Where it was produced to, as topic/partition@offset; null: it was not. */
  readonly producedTo?: Maybe<Scalars['String']['output']>
}

/** What a redrive would do. */
export type RedrivePreview = {
  /** Letters that are dead and that the filter finds. */
  readonly letters: Scalars['SafeInt']['output']
  /** Of them, those that were redriven too often to be redriven again. */
  readonly guarded: Scalars['SafeInt']['output']
  /**
   * Of the others, those whose event is decided: the actor rejected it, or handled it meanwhile. A redrive discards them and
   * produces nothing. As far as the inbox of keys remembers, and counted for actors with effects in Postgres.
   */
  readonly settled: Scalars['SafeInt']['output']
  /** Most first; at most 100. */
  readonly byActorAndError: ReadonlyArray<RedrivePreviewRow>
  /** The first to be redriven; at most 5. */
  readonly examples: ReadonlyArray<DeadLetter>
}

/** Letters of one actor that died of one class of error. */
export type RedrivePreviewRow = {
  /** The consumer group. */
  readonly groupName: Scalars['String']['output']
  /** The actor. */
  readonly actor: Scalars['String']['output']
  /** The class of the error. */
  readonly errorClass: Scalars['String']['output']
  /** How many. */
  readonly letters: Scalars['SafeInt']['output']
  /** Of them, those that a redrive discards, as their event is decided. */
  readonly settled: Scalars['SafeInt']['output']
}

/** A redrive campaign. */
export type Redrive = {
  /** Grows with each campaign. */
  readonly id: Scalars['ID']['output']
  /** How it stands. */
  readonly state: RedriveState
  /** Which letters, as JSON. */
  readonly filter: Scalars['String']['output']
  /** How many a second. */
  readonly ratePerSecond: Scalars['Float']['output']
  /** Leaves an event that was redriven so often. */
  readonly maxRedrives: Scalars['Int']['output']
  /** Who began it. */
  readonly createdBy: Scalars['String']['output']
  /** When. */
  readonly createdAt: Scalars['DateTime']['output']
  /** When it ended; null: it has not. */
  readonly finishedAt?: Maybe<Scalars['DateTime']['output']>
  /** Letters produced. */
  readonly redriven: Scalars['SafeInt']['output']
  /** Letters left as they are: redriven too often, or such as cannot be produced. */
  readonly skipped: Scalars['SafeInt']['output']
  /** Letters that the broker refuses. */
  readonly refused: Scalars['SafeInt']['output']
  /** Letters whose event had been handled otherwise meanwhile. */
  readonly settled: Scalars['SafeInt']['output']
}

/** How a redrive campaign stands. */
export type RedriveState =
  /** Relay processes produce its letters. */
  | 'RUNNING'
  /** It waits for an operator. */
  | 'PAUSED'
  /** It is through. */
  | 'FINISHED'
  /** An operator ended it. */
  | 'CANCELLED'

/** A range of a partition's past that one actor handles again. */
export type Replay = {
  /** Grows with each replay. */
  readonly id: Scalars['ID']['output']
  /** How it stands. */
  readonly state: ReplayState
  /** Why it is paused, where nobody asked for that; else null. */
  readonly trouble?: Maybe<Scalars['String']['output']>
  /** The consumer group. */
  readonly groupName: Scalars['String']['output']
  /** The actor. */
  readonly actor: Scalars['String']['output']
  /** The topic. */
  readonly topic: Scalars['String']['output']
  /** The partition. */
  readonly partition: Scalars['Int']['output']
  /** Its first offset. */
  readonly fromOffset: Scalars['SafeInt']['output']
  /** Before this one it ends. */
  readonly toOffset: Scalars['SafeInt']['output']
  /** Everything below is through. */
  readonly nextOffset: Scalars['SafeInt']['output']
  /** Whether events that had their effect have it again. */
  readonly dedupe: Dedupe
  /** How many records a second at most. */
  readonly ratePerSecond: Scalars['Float']['output']
  /** Who asked for it. */
  readonly createdBy: Scalars['String']['output']
  /** When. */
  readonly createdAt: Scalars['DateTime']['output']
  /** When it ended; null: it has not. */
  readonly finishedAt?: Maybe<Scalars['DateTime']['output']>
  /** Records handled, with their effects. */
  readonly applied: Scalars['SafeInt']['output']
  /** Records left as they are: they had their effect, are duplicates, or are parked. */
  readonly passedOver: Scalars['SafeInt']['output']
  /** Records dead-lettered: refused, unreadable, or failed in every attempt. */
  readonly dead: Scalars['SafeInt']['output']
  /** Records of event types that the actor does not receive. */
  readonly skipped: Scalars['SafeInt']['output']
  /** Offsets that the log had no more when they were to be read. */
  readonly gone: Scalars['SafeInt']['output']
}

/** How a replay stands. */
export type ReplayState =
  /** The owner of its unit handles it. */
  | 'RUNNING'
  /** It waits for an operator. */
  | 'PAUSED'
  /** It is through. */
  | 'FINISHED'
  /** An operator ended it. */
  | 'STOPPED'

/** A key whose first record failed, and what waits behind it. */
export type ParkedKey = {
  /** The consumer group. */
  readonly groupName: Scalars['String']['output']
  /** The actor. */
  readonly actor: Scalars['String']['output']
  /** The topic. */
  readonly topic: Scalars['String']['output']
  /** The partition. */
  readonly partition: Scalars['Int']['output']
  /** The key, as mutations take it. */
  readonly key: Scalars['String']['output']
  /** How many records wait, the first one included. */
  readonly records: Scalars['SafeInt']['output']
  /** It waits for an operator, not for a time. */
  readonly held: Scalars['Boolean']['output']
  /** When its first record is tried again; null: it is held. */
  readonly dueAt?: Maybe<Scalars['DateTime']['output']>
  /** Since when. */
  readonly parkedAt: Scalars['DateTime']['output']
  /** Offset of its first record; null while its queue is empty. */
  readonly firstOffset?: Maybe<Scalars['SafeInt']['output']>
  /** How often that was tried. */
  readonly attempts: Scalars['Int']['output']
  /** The class of its last error; empty: none yet. */
  readonly errorClass: Scalars['String']['output']
  /** Its message. */
  readonly message: Scalars['String']['output']
}

/** A page of dead letters. */
export type DeadLetterConnection = {
  /** The dead letters with their cursors. */
  readonly edges: ReadonlyArray<DeadLetterEdge>
  /** The dead letters alone. */
  readonly nodes: ReadonlyArray<DeadLetter>
  /** Whether and where it goes on. */
  readonly pageInfo: PageInfo
}

/** A dead letter in a page. */
export type DeadLetterEdge = {
  /** Its place in the list, to go on from. */
  readonly cursor: Scalars['String']['output']
  /** What stands there. */
  readonly node: DeadLetter
}

/** A page of parked keys. */
export type ParkedKeyConnection = {
  /** The parked keys with their cursors. */
  readonly edges: ReadonlyArray<ParkedKeyEdge>
  /** The parked keys alone. */
  readonly nodes: ReadonlyArray<ParkedKey>
  /** Whether and where it goes on. */
  readonly pageInfo: PageInfo
}

/** A parked key in a page. */
export type ParkedKeyEdge = {
  /** Its place in the list, to go on from. */
  readonly cursor: Scalars['String']['output']
  /** What stands there. */
  readonly node: ParkedKey
}

/** A page of commands. */
export type CommandConnection = {
  /** The commands with their cursors. */
  readonly edges: ReadonlyArray<CommandEdge>
  /** The commands alone. */
  readonly nodes: ReadonlyArray<Command>
  /** Whether and where it goes on. */
  readonly pageInfo: PageInfo
}

/** A command in a page. */
export type CommandEdge = {
  /** Its place in the list, to go on from. */
  readonly cursor: Scalars['String']['output']
  /** What stands there. */
  readonly node: Command
}

/** A page of entries of the audit log. */
export type AuditEntryConnection = {
  /** The entries of the audit log with their cursors. */
  readonly edges: ReadonlyArray<AuditEntryEdge>
  /** The entries of the audit log alone. */
  readonly nodes: ReadonlyArray<AuditEntry>
  /** Whether and where it goes on. */
  readonly pageInfo: PageInfo
}

/** An entry of the audit log in a page. */
export type AuditEntryEdge = {
  /** Its place in the list, to go on from. */
  readonly cursor: Scalars['String']['output']
  /** What stands there. */
  readonly node: AuditEntry
}

/** What an operator sees of a package. All of it stands in the tracking tables, which the actor package-tracking writes. */
export type TrackedPackage = {
  /** The carrier's tracking id. */
  readonly trackingId: Scalars['ID']['output']
  /** The order it belongs to. */
  readonly orderId: Scalars['ID']['output']
  /** The carrier, as it calls itself. */
  readonly carrier: Scalars['String']['output']
  /** Where it stands now, by the scans that came in time. */
  readonly state: Scalars['String']['output']
  /** When the scan happened that brought this state. */
  readonly stateSince: Scalars['DateTime']['output']
  /** When anything about it was last written. */
  readonly updatedAt: Scalars['DateTime']['output']
}

/** A scan in the history of a package. */
export type TrackedScan = {
  /** The event's id, which `explainEvent` takes. */
  readonly id: Scalars['ID']['output']
  /** What the carrier said. */
  readonly scan: Scalars['String']['output']
  /** What it said of the package's state. */
  readonly state: Scalars['String']['output']
  /** When it happened, as the carrier says. */
  readonly time: Scalars['DateTime']['output']
  /** When it was written here. */
  readonly recordedAt: Scalars['DateTime']['output']
  /** What the carrier wrote besides. Null when nothing; for operators, and null for viewers: people may be named in it. */
  readonly message?: Maybe<Scalars['String']['output']>
  /** City and country. Null when the carrier did not say; for operators, and null for viewers. */
  readonly place?: Maybe<Scalars['String']['output']>
}

/** A page of packages. */
export type TrackedPackageConnection = {
  /** The packages with their cursors. */
  readonly edges: ReadonlyArray<TrackedPackageEdge>
  /** The packages alone. */
  readonly nodes: ReadonlyArray<TrackedPackage>
  /** Whether and where it goes on. */
  readonly pageInfo: PageInfo
}

/** A package in a page. */
export type TrackedPackageEdge = {
  /** Its place in the list, to go on from. */
  readonly cursor: Scalars['String']['output']
  /** What stands there. */
  readonly node: TrackedPackage
}

/** A page of scans. */
export type TrackedScanConnection = {
  /** The scans with their cursors. */
  readonly edges: ReadonlyArray<TrackedScanEdge>
  /** The scans alone. */
  readonly nodes: ReadonlyArray<TrackedScan>
  /** Whether and where it goes on. */
  readonly pageInfo: PageInfo
}

/** A scan in a page. */
export type TrackedScanEdge = {
  /** Its place in the list, to go on from. */
  readonly cursor: Scalars['String']['output']
  /** What stands there. */
  readonly node: TrackedScan
}

/** Whether and where a list goes on. */
export type PageInfo = {
  /** More follows this page. */
  readonly hasNextPage: Scalars['Boolean']['output']
  /** This page does not begin the list: it was asked for with `after`. */
  readonly hasPreviousPage: Scalars['Boolean']['output']
  /** Cursor of the first of this page; null when it is empty. */
  readonly startCursor?: Maybe<Scalars['String']['output']>
  /** Cursor of the last of this page; null when it is empty. */
  readonly endCursor?: Maybe<Scalars['String']['output']>
}

export type ResolverTypeWrapper<T> = Promise<T> | T

export type Resolver<
  TResult,
  TParent = Record<PropertyKey, never>,
  TContext = Record<PropertyKey, never>,
  TArgs = Record<PropertyKey, never>,
> = ResolverFn<TResult, TParent, TContext, TArgs>

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo,
) => Promise<TResult> | TResult

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo,
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo,
) => TResult | Promise<TResult>

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>

export type SubscriptionResolver<
  TResult,
  TKey extends string,
  TParent = Record<PropertyKey, never>,
  TContext = Record<PropertyKey, never>,
  TArgs = Record<PropertyKey, never>,
> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>

export type TypeResolveFn<
  TTypes,
  TParent = Record<PropertyKey, never>,
  TContext = Record<PropertyKey, never>,
> = (parent: TParent, context: TContext, info: GraphQLResolveInfo) => Maybe<TTypes> | Promise<Maybe<TTypes>>

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  obj: T,
  context: TContext,
  info: GraphQLResolveInfo,
) => boolean | Promise<boolean>

export type NextResolverFn<T> = () => Promise<T>

export type DirectiveResolverFn<
  TResult = Record<PropertyKey, never>,
  TParent = Record<PropertyKey, never>,
  TContext = Record<PropertyKey, never>,
  TArgs = Record<PropertyKey, never>,
> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo,
) => TResult | Promise<TResult>

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>
  String: ResolverTypeWrapper<Scalars['String']['output']>
  ID: ResolverTypeWrapper<Scalars['ID']['output']>
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>
  Float: ResolverTypeWrapper<Scalars['Float']['output']>
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>
  Rebalance: ResolverTypeWrapper<RebalanceView>
  GroupMemberChange: ResolverTypeWrapper<GroupMemberChange>
  PartitionMove: ResolverTypeWrapper<PartitionMove>
  ActorOptionsInput: ActorOptionsInput
  Backoff: Backoff
  Registration: ResolverTypeWrapper<RegistrationRow>
  RegistrationState: RegistrationState
  Promotion: ResolverTypeWrapper<PromotionRow>
  OffsetPlace: OffsetPlace
  Dedupe: Dedupe
  MutationResult: ResolverTypeWrapper<Steered>
  MutationOutcome: MutationOutcome
  Command: ResolverTypeWrapper<StoredCommand>
  CommandState: CommandState
  CommandAnswer: ResolverTypeWrapper<StoredAnswer>
  CommandAnswerState: CommandAnswerState
  AuditEntry: ResolverTypeWrapper<AuditEntryRow>
  Pause: ResolverTypeWrapper<PauseRow>
  Drain: ResolverTypeWrapper<NodeDrain>
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>
  SafeInt: ResolverTypeWrapper<Scalars['SafeInt']['output']>
  Cluster: ResolverTypeWrapper<ClusterPicture>
  Role: Role
  Node: ResolverTypeWrapper<NodeView>
  Process: ResolverTypeWrapper<ProcessView>
  ProcessKind: ProcessKind
  Liveness: Liveness
  ProcessState: ProcessState
  Readiness: ResolverTypeWrapper<Readiness>
  ReadinessCheck: ResolverTypeWrapper<ReadinessCheck>
  ProcessHealth: ResolverTypeWrapper<ProcessHealth>
  Worker: ResolverTypeWrapper<Worker>
  Actor: ResolverTypeWrapper<ActorView>
  ActorVersion: ResolverTypeWrapper<ActorVersionView>
  ActorVersionRole: ActorVersionRole
  ShadowReport: ResolverTypeWrapper<ShadowReport>
  ShadowFailureCount: ResolverTypeWrapper<ShadowFailureCount>
  ShadowFailure: ResolverTypeWrapper<ShadowFailure>
  ShadowDifference: ResolverTypeWrapper<ShadowDifference>
  ActorSettings: ResolverTypeWrapper<ActorSettings>
  ReadEventType: ResolverTypeWrapper<ReadEventType>
  EventType: ResolverTypeWrapper<ReadEventView>
  EventReader: ResolverTypeWrapper<ReaderView>
  ParkedCounts: ResolverTypeWrapper<ParkedStatus>
  Outbox: ResolverTypeWrapper<OutboxView>
  OutboxSlice: ResolverTypeWrapper<OutboxSliceView>
  OutboxSliceState: OutboxSliceState
  HeldTopic: ResolverTypeWrapper<HeldTopic>
  Group: ResolverTypeWrapper<GroupView>
  GroupMember: ResolverTypeWrapper<Omit<GroupMember, 'process'> & { process: ResolversTypes['Process'] }>
  Partition: ResolverTypeWrapper<PartitionView>
  Hold: Hold
  Unit: ResolverTypeWrapper<UnitStatus>
  Outcomes: ResolverTypeWrapper<Outcomes>
  StageCost: ResolverTypeWrapper<StageCost>
  OutcomeRates: ResolverTypeWrapper<OutcomeRates>
  UnitOutcomes: ResolverTypeWrapper<UnitOutcomes>
  ErrorSighting: ResolverTypeWrapper<ErrorView>
  NodeConnection: ResolverTypeWrapper<
    Omit<NodeConnection, 'edges' | 'nodes'> & {
      edges: ReadonlyArray<ResolversTypes['NodeEdge']>
      nodes: ReadonlyArray<ResolversTypes['Node']>
    }
  >
  NodeEdge: ResolverTypeWrapper<Omit<NodeEdge, 'node'> & { node: ResolversTypes['Node'] }>
  ProcessConnection: ResolverTypeWrapper<
    Omit<ProcessConnection, 'edges' | 'nodes'> & {
      edges: ReadonlyArray<ResolversTypes['ProcessEdge']>
      nodes: ReadonlyArray<ResolversTypes['Process']>
    }
  >
  ProcessEdge: ResolverTypeWrapper<Omit<ProcessEdge, 'node'> & { node: ResolversTypes['Process'] }>
  ActorConnection: ResolverTypeWrapper<
    Omit<ActorConnection, 'edges' | 'nodes'> & {
      edges: ReadonlyArray<ResolversTypes['ActorEdge']>
      nodes: ReadonlyArray<ResolversTypes['Actor']>
    }
  >
  ActorEdge: ResolverTypeWrapper<Omit<ActorEdge, 'node'> & { node: ResolversTypes['Actor'] }>
  GroupConnection: ResolverTypeWrapper<
    Omit<GroupConnection, 'edges' | 'nodes'> & {
      edges: ReadonlyArray<ResolversTypes['GroupEdge']>
      nodes: ReadonlyArray<ResolversTypes['Group']>
    }
  >
  GroupEdge: ResolverTypeWrapper<Omit<GroupEdge, 'node'> & { node: ResolversTypes['Group'] }>
  PartitionConnection: ResolverTypeWrapper<
    Omit<PartitionConnection, 'edges' | 'nodes'> & {
      edges: ReadonlyArray<ResolversTypes['PartitionEdge']>
      nodes: ReadonlyArray<ResolversTypes['Partition']>
    }
  >
  PartitionEdge: ResolverTypeWrapper<Omit<PartitionEdge, 'node'> & { node: ResolversTypes['Partition'] }>
  UnitOutcomesConnection: ResolverTypeWrapper<UnitOutcomesConnection>
  UnitOutcomesEdge: ResolverTypeWrapper<UnitOutcomesEdge>
  DeadLetterFilter: DeadLetterFilter
  DeadLetterState: DeadLetterState
  EventStory: ResolverTypeWrapper<EventStoryRow>
  EventStep: ResolverTypeWrapper<EventStepRow>
  EventStepKind: EventStepKind
  DeadLetter: ResolverTypeWrapper<DeadLetterSummary>
  DeadLetterDetail: ResolverTypeWrapper<StoredDeadLetter>
  RecordPage: ResolverTypeWrapper<RecordPageRead>
  LogRecord: ResolverTypeWrapper<ShownRecord>
  DecodedValue: ResolverTypeWrapper<ValueDecoded>
  RecordHeader: ResolverTypeWrapper<RecordHeader>
  DeadLetterReceipt: ResolverTypeWrapper<DeadLetterReceiptRow>
  RedrivePreview: ResolverTypeWrapper<CampaignPreview>
  RedrivePreviewRow: ResolverTypeWrapper<CampaignPreviewRow>
  Redrive: ResolverTypeWrapper<Campaign>
  RedriveState: RedriveState
  Replay: ResolverTypeWrapper<ReplayRow>
  ReplayState: ReplayState
  ParkedKey: ResolverTypeWrapper<ParkedKeyRow>
  DeadLetterConnection: ResolverTypeWrapper<
    Omit<DeadLetterConnection, 'edges' | 'nodes'> & {
      edges: ReadonlyArray<ResolversTypes['DeadLetterEdge']>
      nodes: ReadonlyArray<ResolversTypes['DeadLetter']>
    }
  >
  DeadLetterEdge: ResolverTypeWrapper<Omit<DeadLetterEdge, 'node'> & { node: ResolversTypes['DeadLetter'] }>
  ParkedKeyConnection: ResolverTypeWrapper<
    Omit<ParkedKeyConnection, 'edges' | 'nodes'> & {
      edges: ReadonlyArray<ResolversTypes['ParkedKeyEdge']>
      nodes: ReadonlyArray<ResolversTypes['ParkedKey']>
    }
  >
  ParkedKeyEdge: ResolverTypeWrapper<Omit<ParkedKeyEdge, 'node'> & { node: ResolversTypes['ParkedKey'] }>
  CommandConnection: ResolverTypeWrapper<
    Omit<CommandConnection, 'edges' | 'nodes'> & {
      edges: ReadonlyArray<ResolversTypes['CommandEdge']>
      nodes: ReadonlyArray<ResolversTypes['Command']>
    }
  >
  CommandEdge: ResolverTypeWrapper<Omit<CommandEdge, 'node'> & { node: ResolversTypes['Command'] }>
  AuditEntryConnection: ResolverTypeWrapper<
    Omit<AuditEntryConnection, 'edges' | 'nodes'> & {
      edges: ReadonlyArray<ResolversTypes['AuditEntryEdge']>
      nodes: ReadonlyArray<ResolversTypes['AuditEntry']>
    }
  >
  AuditEntryEdge: ResolverTypeWrapper<Omit<AuditEntryEdge, 'node'> & { node: ResolversTypes['AuditEntry'] }>
  TrackedPackage: ResolverTypeWrapper<PackageRow>
  TrackedScan: ResolverTypeWrapper<PackageEventRow>
  TrackedPackageConnection: ResolverTypeWrapper<
    Omit<TrackedPackageConnection, 'edges' | 'nodes'> & {
      edges: ReadonlyArray<ResolversTypes['TrackedPackageEdge']>
      nodes: ReadonlyArray<ResolversTypes['TrackedPackage']>
    }
  >
  TrackedPackageEdge: ResolverTypeWrapper<
    Omit<TrackedPackageEdge, 'node'> & { node: ResolversTypes['TrackedPackage'] }
  >
  TrackedScanConnection: ResolverTypeWrapper<
    Omit<TrackedScanConnection, 'edges' | 'nodes'> & {
      edges: ReadonlyArray<ResolversTypes['TrackedScanEdge']>
      nodes: ReadonlyArray<ResolversTypes['TrackedScan']>
    }
  >
  TrackedScanEdge: ResolverTypeWrapper<
    Omit<TrackedScanEdge, 'node'> & { node: ResolversTypes['TrackedScan'] }
  >
  PageInfo: ResolverTypeWrapper<PageInfo>
  Int: ResolverTypeWrapper<Scalars['Int']['output']>
}

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  Query: Record<PropertyKey, never>
  String: Scalars['String']['output']
  ID: Scalars['ID']['output']
  Mutation: Record<PropertyKey, never>
  Boolean: Scalars['Boolean']['output']
  Float: Scalars['Float']['output']
  Subscription: Record<PropertyKey, never>
  Rebalance: RebalanceView
  GroupMemberChange: GroupMemberChange
  PartitionMove: PartitionMove
  ActorOptionsInput: ActorOptionsInput
  Registration: RegistrationRow
  Promotion: PromotionRow
  MutationResult: Steered
  Command: StoredCommand
  CommandAnswer: StoredAnswer
  AuditEntry: AuditEntryRow
  Pause: PauseRow
  Drain: NodeDrain
  DateTime: Scalars['DateTime']['output']
  SafeInt: Scalars['SafeInt']['output']
  Cluster: ClusterPicture
  Node: NodeView
  Process: ProcessView
  Readiness: Readiness
  ReadinessCheck: ReadinessCheck
  ProcessHealth: ProcessHealth
  Worker: Worker
  Actor: ActorView
  ActorVersion: ActorVersionView
  ShadowReport: ShadowReport
  ShadowFailureCount: ShadowFailureCount
  ShadowFailure: ShadowFailure
  ShadowDifference: ShadowDifference
  ActorSettings: ActorSettings
  ReadEventType: ReadEventType
  EventType: ReadEventView
  EventReader: ReaderView
  ParkedCounts: ParkedStatus
  Outbox: OutboxView
  OutboxSlice: OutboxSliceView
  HeldTopic: HeldTopic
  Group: GroupView
  GroupMember: Omit<GroupMember, 'process'> & { process: ResolversParentTypes['Process'] }
  Partition: PartitionView
  Unit: UnitStatus
  Outcomes: Outcomes
  StageCost: StageCost
  OutcomeRates: OutcomeRates
  UnitOutcomes: UnitOutcomes
  ErrorSighting: ErrorView
  NodeConnection: Omit<NodeConnection, 'edges' | 'nodes'> & {
    edges: ReadonlyArray<ResolversParentTypes['NodeEdge']>
    nodes: ReadonlyArray<ResolversParentTypes['Node']>
  }
  NodeEdge: Omit<NodeEdge, 'node'> & { node: ResolversParentTypes['Node'] }
  ProcessConnection: Omit<ProcessConnection, 'edges' | 'nodes'> & {
    edges: ReadonlyArray<ResolversParentTypes['ProcessEdge']>
    nodes: ReadonlyArray<ResolversParentTypes['Process']>
  }
  ProcessEdge: Omit<ProcessEdge, 'node'> & { node: ResolversParentTypes['Process'] }
  ActorConnection: Omit<ActorConnection, 'edges' | 'nodes'> & {
    edges: ReadonlyArray<ResolversParentTypes['ActorEdge']>
    nodes: ReadonlyArray<ResolversParentTypes['Actor']>
  }
  ActorEdge: Omit<ActorEdge, 'node'> & { node: ResolversParentTypes['Actor'] }
  GroupConnection: Omit<GroupConnection, 'edges' | 'nodes'> & {
    edges: ReadonlyArray<ResolversParentTypes['GroupEdge']>
    nodes: ReadonlyArray<ResolversParentTypes['Group']>
  }
  GroupEdge: Omit<GroupEdge, 'node'> & { node: ResolversParentTypes['Group'] }
  PartitionConnection: Omit<PartitionConnection, 'edges' | 'nodes'> & {
    edges: ReadonlyArray<ResolversParentTypes['PartitionEdge']>
    nodes: ReadonlyArray<ResolversParentTypes['Partition']>
  }
  PartitionEdge: Omit<PartitionEdge, 'node'> & { node: ResolversParentTypes['Partition'] }
  UnitOutcomesConnection: UnitOutcomesConnection
  UnitOutcomesEdge: UnitOutcomesEdge
  DeadLetterFilter: DeadLetterFilter
  EventStory: EventStoryRow
  EventStep: EventStepRow
  DeadLetter: DeadLetterSummary
  DeadLetterDetail: StoredDeadLetter
  RecordPage: RecordPageRead
  LogRecord: ShownRecord
  DecodedValue: ValueDecoded
  RecordHeader: RecordHeader
  DeadLetterReceipt: DeadLetterReceiptRow
  RedrivePreview: CampaignPreview
  RedrivePreviewRow: CampaignPreviewRow
  Redrive: Campaign
  Replay: ReplayRow
  ParkedKey: ParkedKeyRow
  DeadLetterConnection: Omit<DeadLetterConnection, 'edges' | 'nodes'> & {
    edges: ReadonlyArray<ResolversParentTypes['DeadLetterEdge']>
    nodes: ReadonlyArray<ResolversParentTypes['DeadLetter']>
  }
  DeadLetterEdge: Omit<DeadLetterEdge, 'node'> & { node: ResolversParentTypes['DeadLetter'] }
  ParkedKeyConnection: Omit<ParkedKeyConnection, 'edges' | 'nodes'> & {
    edges: ReadonlyArray<ResolversParentTypes['ParkedKeyEdge']>
    nodes: ReadonlyArray<ResolversParentTypes['ParkedKey']>
  }
  ParkedKeyEdge: Omit<ParkedKeyEdge, 'node'> & { node: ResolversParentTypes['ParkedKey'] }
  CommandConnection: Omit<CommandConnection, 'edges' | 'nodes'> & {
    edges: ReadonlyArray<ResolversParentTypes['CommandEdge']>
    nodes: ReadonlyArray<ResolversParentTypes['Command']>
  }
  CommandEdge: Omit<CommandEdge, 'node'> & { node: ResolversParentTypes['Command'] }
  AuditEntryConnection: Omit<AuditEntryConnection, 'edges' | 'nodes'> & {
    edges: ReadonlyArray<ResolversParentTypes['AuditEntryEdge']>
    nodes: ReadonlyArray<ResolversParentTypes['AuditEntry']>
  }
  AuditEntryEdge: Omit<AuditEntryEdge, 'node'> & { node: ResolversParentTypes['AuditEntry'] }
  TrackedPackage: PackageRow
  TrackedScan: PackageEventRow
  TrackedPackageConnection: Omit<TrackedPackageConnection, 'edges' | 'nodes'> & {
    edges: ReadonlyArray<ResolversParentTypes['TrackedPackageEdge']>
    nodes: ReadonlyArray<ResolversParentTypes['TrackedPackage']>
  }
  TrackedPackageEdge: Omit<TrackedPackageEdge, 'node'> & { node: ResolversParentTypes['TrackedPackage'] }
  TrackedScanConnection: Omit<TrackedScanConnection, 'edges' | 'nodes'> & {
    edges: ReadonlyArray<ResolversParentTypes['TrackedScanEdge']>
    nodes: ReadonlyArray<ResolversParentTypes['TrackedScan']>
  }
  TrackedScanEdge: Omit<TrackedScanEdge, 'node'> & { node: ResolversParentTypes['TrackedScan'] }
  PageInfo: PageInfo
  Int: Scalars['Int']['output']
}

export type ListSizeDirectiveArgs = {
  assumedSize: Scalars['Int']['input']
}

export type ListSizeDirectiveResolver<
  Result,
  Parent,
  ContextType = RequestContext,
  Args = ListSizeDirectiveArgs,
> = DirectiveResolverFn<Result, Parent, ContextType, Args>

export type CostDirectiveArgs = {
  weight: Scalars['Int']['input']
}

export type CostDirectiveResolver<
  Result,
  Parent,
  ContextType = RequestContext,
  Args = CostDirectiveArgs,
> = DirectiveResolverFn<Result, Parent, ContextType, Args>

export type QueryResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query'],
> = {
  cluster?: Resolver<ResolversTypes['Cluster'], ParentType, ContextType>
  nodes?: Resolver<
    ResolversTypes['NodeConnection'],
    ParentType,
    ContextType,
    RequireFields<QueryNodesArgs, 'first'>
  >
  processes?: Resolver<
    ResolversTypes['ProcessConnection'],
    ParentType,
    ContextType,
    RequireFields<QueryProcessesArgs, 'first'>
  >
  process?: Resolver<
    Maybe<ResolversTypes['Process']>,
    ParentType,
    ContextType,
    RequireFields<QueryProcessArgs, 'id'>
  >
  actors?: Resolver<
    ResolversTypes['ActorConnection'],
    ParentType,
    ContextType,
    RequireFields<QueryActorsArgs, 'first'>
  >
  groups?: Resolver<
    ResolversTypes['GroupConnection'],
    ParentType,
    ContextType,
    RequireFields<QueryGroupsArgs, 'first'>
  >
  group?: Resolver<
    Maybe<ResolversTypes['Group']>,
    ParentType,
    ContextType,
    RequireFields<QueryGroupArgs, 'name'>
  >
  partitions?: Resolver<
    ResolversTypes['PartitionConnection'],
    ParentType,
    ContextType,
    RequireFields<QueryPartitionsArgs, 'first'>
  >
  outcomes?: Resolver<
    ResolversTypes['UnitOutcomesConnection'],
    ParentType,
    ContextType,
    RequireFields<QueryOutcomesArgs, 'first'>
  >
  eventTypes?: Resolver<
    ReadonlyArray<ResolversTypes['EventType']>,
    ParentType,
    ContextType,
    Partial<QueryEventTypesArgs>
  >
  outbox?: Resolver<ResolversTypes['Outbox'], ParentType, ContextType>
  lastErrors?: Resolver<
    ReadonlyArray<ResolversTypes['ErrorSighting']>,
    ParentType,
    ContextType,
    RequireFields<QueryLastErrorsArgs, 'first'>
  >
  commands?: Resolver<
    ResolversTypes['CommandConnection'],
    ParentType,
    ContextType,
    RequireFields<QueryCommandsArgs, 'first'>
  >
  command?: Resolver<
    Maybe<ResolversTypes['Command']>,
    ParentType,
    ContextType,
    RequireFields<QueryCommandArgs, 'id'>
  >
  auditLog?: Resolver<
    ResolversTypes['AuditEntryConnection'],
    ParentType,
    ContextType,
    RequireFields<QueryAuditLogArgs, 'first'>
  >
  auditEntry?: Resolver<
    Maybe<ResolversTypes['AuditEntry']>,
    ParentType,
    ContextType,
    RequireFields<QueryAuditEntryArgs, 'id'>
  >
  pauses?: Resolver<ReadonlyArray<ResolversTypes['Pause']>, ParentType, ContextType, Partial<QueryPausesArgs>>
  drains?: Resolver<ReadonlyArray<ResolversTypes['Drain']>, ParentType, ContextType>
  deadLetters?: Resolver<
    ResolversTypes['DeadLetterConnection'],
    ParentType,
    ContextType,
    RequireFields<QueryDeadLettersArgs, 'first'>
  >
  deadLetter?: Resolver<
    Maybe<ResolversTypes['DeadLetterDetail']>,
    ParentType,
    ContextType,
    RequireFields<QueryDeadLetterArgs, 'id'>
  >
  records?: Resolver<
    ResolversTypes['RecordPage'],
    ParentType,
    ContextType,
    RequireFields<QueryRecordsArgs, 'topic' | 'partition' | 'first'>
  >
  redrivePreview?: Resolver<
    ResolversTypes['RedrivePreview'],
    ParentType,
    ContextType,
    RequireFields<QueryRedrivePreviewArgs, 'filter' | 'maxRedrives'>
  >
  redrives?: Resolver<ReadonlyArray<ResolversTypes['Redrive']>, ParentType, ContextType>
  redrive?: Resolver<
    Maybe<ResolversTypes['Redrive']>,
    ParentType,
    ContextType,
    RequireFields<QueryRedriveArgs, 'id'>
  >
  replays?: Resolver<
    ReadonlyArray<ResolversTypes['Replay']>,
    ParentType,
    ContextType,
    Partial<QueryReplaysArgs>
  >
  replay?: Resolver<
    Maybe<ResolversTypes['Replay']>,
    ParentType,
    ContextType,
    RequireFields<QueryReplayArgs, 'id'>
  >
  parkedKeys?: Resolver<
    ResolversTypes['ParkedKeyConnection'],
    ParentType,
    ContextType,
    RequireFields<QueryParkedKeysArgs, 'first'>
  >
  registrations?: Resolver<ReadonlyArray<ResolversTypes['Registration']>, ParentType, ContextType>
  promotions?: Resolver<
    ReadonlyArray<ResolversTypes['Promotion']>,
    ParentType,
    ContextType,
    Partial<QueryPromotionsArgs>
  >
  explainEvent?: Resolver<
    ResolversTypes['EventStory'],
    ParentType,
    ContextType,
    RequireFields<QueryExplainEventArgs, 'eventId' | 'tenant'>
  >
  packages?: Resolver<
    ResolversTypes['TrackedPackageConnection'],
    ParentType,
    ContextType,
    RequireFields<QueryPackagesArgs, 'tenant' | 'first'>
  >
  package?: Resolver<
    Maybe<ResolversTypes['TrackedPackage']>,
    ParentType,
    ContextType,
    RequireFields<QueryPackageArgs, 'tenant' | 'trackingId'>
  >
  packageHistory?: Resolver<
    ResolversTypes['TrackedScanConnection'],
    ParentType,
    ContextType,
    RequireFields<QueryPackageHistoryArgs, 'tenant' | 'trackingId' | 'first'>
  >
}

export type MutationResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation'],
> = {
  pause?: Resolver<
    ResolversTypes['MutationResult'],
    ParentType,
    ContextType,
    RequireFields<MutationPauseArgs, 'group' | 'dryRun'>
  >
  resume?: Resolver<
    ResolversTypes['MutationResult'],
    ParentType,
    ContextType,
    RequireFields<MutationResumeArgs, 'group' | 'dryRun'>
  >
  resetOffsets?: Resolver<
    ResolversTypes['MutationResult'],
    ParentType,
    ContextType,
    RequireFields<MutationResetOffsetsArgs, 'group' | 'to' | 'dedupe' | 'dryRun'>
  >
  replayRange?: Resolver<
    ResolversTypes['MutationResult'],
    ParentType,
    ContextType,
    RequireFields<
      MutationReplayRangeArgs,
      'group' | 'actor' | 'topic' | 'partition' | 'dedupe' | 'ratePerSecond' | 'dryRun'
    >
  >
  pauseReplay?: Resolver<
    ResolversTypes['MutationResult'],
    ParentType,
    ContextType,
    RequireFields<MutationPauseReplayArgs, 'id' | 'dryRun'>
  >
  resumeReplay?: Resolver<
    ResolversTypes['MutationResult'],
    ParentType,
    ContextType,
    RequireFields<MutationResumeReplayArgs, 'id' | 'dryRun'>
  >
  stopReplay?: Resolver<
    ResolversTypes['MutationResult'],
    ParentType,
    ContextType,
    RequireFields<MutationStopReplayArgs, 'id' | 'dryRun'>
  >
  redrive?: Resolver<
    ResolversTypes['MutationResult'],
    ParentType,
    ContextType,
    RequireFields<MutationRedriveArgs, 'filter' | 'ratePerSecond' | 'maxRedrives' | 'dryRun'>
  >
  pauseRedrive?: Resolver<
    ResolversTypes['MutationResult'],
    ParentType,
    ContextType,
    RequireFields<MutationPauseRedriveArgs, 'id' | 'dryRun'>
  >
  resumeRedrive?: Resolver<
    ResolversTypes['MutationResult'],
    ParentType,
    ContextType,
    RequireFields<MutationResumeRedriveArgs, 'id' | 'dryRun'>
  >
  stopRedrive?: Resolver<
    ResolversTypes['MutationResult'],
    ParentType,
    ContextType,
    RequireFields<MutationStopRedriveArgs, 'id' | 'dryRun'>
  >
  discardDeadLetters?: Resolver<
    ResolversTypes['MutationResult'],
    ParentType,
    ContextType,
    RequireFields<MutationDiscardDeadLettersArgs, 'ids' | 'dryRun'>
  >
  releaseParkedKey?: Resolver<
    ResolversTypes['MutationResult'],
    ParentType,
    ContextType,
    RequireFields<MutationReleaseParkedKeyArgs, 'group' | 'actor' | 'topic' | 'partition' | 'key' | 'dryRun'>
  >
  skipParkedKey?: Resolver<
    ResolversTypes['MutationResult'],
    ParentType,
    ContextType,
    RequireFields<
      MutationSkipParkedKeyArgs,
      'group' | 'actor' | 'topic' | 'partition' | 'key' | 'offset' | 'dryRun'
    >
  >
  registerActor?: Resolver<
    ResolversTypes['MutationResult'],
    ParentType,
    ContextType,
    RequireFields<MutationRegisterActorArgs, 'module' | 'dryRun'>
  >
  configureActor?: Resolver<
    ResolversTypes['MutationResult'],
    ParentType,
    ContextType,
    RequireFields<MutationConfigureActorArgs, 'module' | 'options' | 'dryRun'>
  >
  enableActor?: Resolver<
    ResolversTypes['MutationResult'],
    ParentType,
    ContextType,
    RequireFields<MutationEnableActorArgs, 'module' | 'dryRun'>
  >
  disableActor?: Resolver<
    ResolversTypes['MutationResult'],
    ParentType,
    ContextType,
    RequireFields<MutationDisableActorArgs, 'module' | 'dryRun'>
  >
  unregisterActor?: Resolver<
    ResolversTypes['MutationResult'],
    ParentType,
    ContextType,
    RequireFields<MutationUnregisterActorArgs, 'module' | 'dryRun'>
  >
  canaryActor?: Resolver<
    ResolversTypes['MutationResult'],
    ParentType,
    ContextType,
    RequireFields<MutationCanaryActorArgs, 'module' | 'partitions' | 'dryRun'>
  >
  promoteActor?: Resolver<
    ResolversTypes['MutationResult'],
    ParentType,
    ContextType,
    RequireFields<MutationPromoteActorArgs, 'module' | 'dryRun'>
  >
  shadowActor?: Resolver<
    ResolversTypes['MutationResult'],
    ParentType,
    ContextType,
    RequireFields<MutationShadowActorArgs, 'module' | 'dryRun'>
  >
  rollBackActor?: Resolver<
    ResolversTypes['MutationResult'],
    ParentType,
    ContextType,
    RequireFields<MutationRollBackActorArgs, 'actor' | 'dryRun'>
  >
  drainNode?: Resolver<
    ResolversTypes['MutationResult'],
    ParentType,
    ContextType,
    RequireFields<MutationDrainNodeArgs, 'node' | 'dryRun'>
  >
  resumeNode?: Resolver<
    ResolversTypes['MutationResult'],
    ParentType,
    ContextType,
    RequireFields<MutationResumeNodeArgs, 'node' | 'dryRun'>
  >
  restartNode?: Resolver<
    ResolversTypes['MutationResult'],
    ParentType,
    ContextType,
    RequireFields<MutationRestartNodeArgs, 'node' | 'dryRun'>
  >
  audit?: Resolver<
    ResolversTypes['MutationResult'],
    ParentType,
    ContextType,
    RequireFields<MutationAuditArgs, 'group' | 'dryRun'>
  >
}

export type SubscriptionResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription'],
> = {
  lagChanged?: SubscriptionResolver<
    ResolversTypes['Group'],
    'lagChanged',
    ParentType,
    ContextType,
    Partial<SubscriptionLagChangedArgs>
  >
  rebalances?: SubscriptionResolver<
    ResolversTypes['Rebalance'],
    'rebalances',
    ParentType,
    ContextType,
    Partial<SubscriptionRebalancesArgs>
  >
  deadLetterArrived?: SubscriptionResolver<
    ResolversTypes['DeadLetter'],
    'deadLetterArrived',
    ParentType,
    ContextType,
    Partial<SubscriptionDeadLetterArrivedArgs>
  >
  commandProgress?: SubscriptionResolver<
    ResolversTypes['Command'],
    'commandProgress',
    ParentType,
    ContextType,
    RequireFields<SubscriptionCommandProgressArgs, 'id'>
  >
}

export type RebalanceResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['Rebalance'] = ResolversParentTypes['Rebalance'],
> = {
  groupName?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>
  joined?: Resolver<ReadonlyArray<ResolversTypes['GroupMemberChange']>, ParentType, ContextType>
  left?: Resolver<ReadonlyArray<ResolversTypes['GroupMemberChange']>, ParentType, ContextType>
  moves?: Resolver<ReadonlyArray<ResolversTypes['PartitionMove']>, ParentType, ContextType>
  movedPartitions?: Resolver<ResolversTypes['Int'], ParentType, ContextType>
  liveMembers?: Resolver<ResolversTypes['Int'], ParentType, ContextType>
  unheldPartitions?: Resolver<ResolversTypes['Int'], ParentType, ContextType>
}

export type GroupMemberChangeResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['GroupMemberChange'] = ResolversParentTypes['GroupMemberChange'],
> = {
  processId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>
  nodeName?: Resolver<ResolversTypes['String'], ParentType, ContextType>
}

export type PartitionMoveResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['PartitionMove'] = ResolversParentTypes['PartitionMove'],
> = {
  topic?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  partition?: Resolver<ResolversTypes['Int'], ParentType, ContextType>
  fromProcessId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>
  toProcessId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>
}

export type RegistrationResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['Registration'] = ResolversParentTypes['Registration'],
> = {
  module?: Resolver<ResolversTypes['ID'], ParentType, ContextType>
  actor?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  groupName?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  state?: Resolver<ResolversTypes['RegistrationState'], ParentType, ContextType>
  version?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  options?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  partitions?: Resolver<ReadonlyArray<ResolversTypes['Int']>, ParentType, ContextType>
  changedBy?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  changedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>
}

export type PromotionResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['Promotion'] = ResolversParentTypes['Promotion'],
> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>
  actor?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  groupName?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  module?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  version?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  fromModule?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  fromVersion?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  by?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>
  rolledBackBy?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>
  rolledBackAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>
}

export type MutationResultResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['MutationResult'] = ResolversParentTypes['MutationResult'],
> = {
  outcome?: Resolver<ResolversTypes['MutationOutcome'], ParentType, ContextType>
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  touches?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>
  madeId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>
  audit?: Resolver<ResolversTypes['AuditEntry'], ParentType, ContextType>
  command?: Resolver<Maybe<ResolversTypes['Command']>, ParentType, ContextType>
}

export type CommandResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['Command'] = ResolversParentTypes['Command'],
> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>
  kind?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  body?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>
  askedBy?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  askedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>
  state?: Resolver<ResolversTypes['CommandState'], ParentType, ContextType>
  answers?: Resolver<ReadonlyArray<ResolversTypes['CommandAnswer']>, ParentType, ContextType>
  waitingFor?: Resolver<ReadonlyArray<ResolversTypes['Process']>, ParentType, ContextType>
  waitingForIds?: Resolver<ReadonlyArray<ResolversTypes['ID']>, ParentType, ContextType>
}

export type CommandAnswerResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['CommandAnswer'] = ResolversParentTypes['CommandAnswer'],
> = {
  processId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>
  nodeName?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  state?: Resolver<ResolversTypes['CommandAnswerState'], ParentType, ContextType>
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  details?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>
}

export type AuditEntryResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['AuditEntry'] = ResolversParentTypes['AuditEntry'],
> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>
  who?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  role?: Resolver<ResolversTypes['Role'], ParentType, ContextType>
  mutation?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  arguments?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  dryRun?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>
  idempotencyKey?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>
  outcome?: Resolver<ResolversTypes['MutationOutcome'], ParentType, ContextType>
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  touches?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>
  command?: Resolver<Maybe<ResolversTypes['Command']>, ParentType, ContextType>
}

export type PauseResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['Pause'] = ResolversParentTypes['Pause'],
> = {
  group?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  actor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>
  topic?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>
  partition?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  by?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>
}

export type DrainResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['Drain'] = ResolversParentTypes['Drain'],
> = {
  node?: Resolver<ResolversTypes['ID'], ParentType, ContextType>
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  by?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>
}

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime'
}

export interface SafeIntScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['SafeInt'], any> {
  name: 'SafeInt'
}

export type ClusterResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['Cluster'] = ResolversParentTypes['Cluster'],
> = {
  readAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>
  keyName?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  role?: Resolver<ResolversTypes['Role'], ParentType, ContextType>
  liveProcesses?: Resolver<ResolversTypes['Int'], ParentType, ContextType>
  unreadyProcesses?: Resolver<ResolversTypes['Int'], ParentType, ContextType>
  silentProcesses?: Resolver<ResolversTypes['Int'], ParentType, ContextType>
  unreadableProcesses?: Resolver<ResolversTypes['Int'], ParentType, ContextType>
  lagRecords?: Resolver<Maybe<ResolversTypes['SafeInt']>, ParentType, ContextType>
  lagMs?: Resolver<Maybe<ResolversTypes['SafeInt']>, ParentType, ContextType>
  unheldPartitions?: Resolver<ResolversTypes['Int'], ParentType, ContextType>
  recordsPerSecond?: Resolver<ResolversTypes['Float'], ParentType, ContextType>
}

export type NodeResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['Node'] = ResolversParentTypes['Node'],
> = {
  name?: Resolver<ResolversTypes['ID'], ParentType, ContextType>
  processes?: Resolver<
    ReadonlyArray<ResolversTypes['Process']>,
    ParentType,
    ContextType,
    RequireFields<NodeProcessesArgs, 'first'>
  >
  liveProcesses?: Resolver<ResolversTypes['Int'], ParentType, ContextType>
}

export type ProcessResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['Process'] = ResolversParentTypes['Process'],
> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>
  nodeName?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  kind?: Resolver<ResolversTypes['ProcessKind'], ParentType, ContextType>
  liveness?: Resolver<ResolversTypes['Liveness'], ParentType, ContextType>
  live?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>
  state?: Resolver<ResolversTypes['ProcessState'], ParentType, ContextType>
  startedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>
  uptimeMs?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
  lastBeat?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>
  silentMs?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
  intervalMs?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
  reportVersion?: Resolver<ResolversTypes['Int'], ParentType, ContextType>
  unreadable?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>
  pid?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>
  troupeVersion?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>
  nodeVersion?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>
  readiness?: Resolver<Maybe<ResolversTypes['Readiness']>, ParentType, ContextType>
  health?: Resolver<Maybe<ResolversTypes['ProcessHealth']>, ParentType, ContextType>
}

export type ReadinessResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['Readiness'] = ResolversParentTypes['Readiness'],
> = {
  ready?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>
  checks?: Resolver<ReadonlyArray<ResolversTypes['ReadinessCheck']>, ParentType, ContextType>
}

export type ReadinessCheckResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['ReadinessCheck'] = ResolversParentTypes['ReadinessCheck'],
> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  ready?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>
}

export type ProcessHealthResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['ProcessHealth'] = ResolversParentTypes['ProcessHealth'],
> = {
  rssBytes?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
  eventLoopDelayMs?: Resolver<ResolversTypes['Float'], ParentType, ContextType>
  workers?: Resolver<ReadonlyArray<ResolversTypes['Worker']>, ParentType, ContextType>
}

export type WorkerResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['Worker'] = ResolversParentTypes['Worker'],
> = {
  threadId?: Resolver<ResolversTypes['Int'], ParentType, ContextType>
  busy?: Resolver<ResolversTypes['Float'], ParentType, ContextType>
}

export type ActorResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['Actor'] = ResolversParentTypes['Actor'],
> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  groupName?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  topics?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>
  receives?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>
  order?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  effects?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  concurrency?: Resolver<ResolversTypes['Int'], ParentType, ContextType>
  lanes?: Resolver<ResolversTypes['Int'], ParentType, ContextType>
  consistent?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>
  processes?: Resolver<
    ReadonlyArray<ResolversTypes['Process']>,
    ParentType,
    ContextType,
    RequireFields<ActorProcessesArgs, 'first'>
  >
  liveProcesses?: Resolver<ResolversTypes['Int'], ParentType, ContextType>
  outcomes?: Resolver<ResolversTypes['Outcomes'], ParentType, ContextType>
  versions?: Resolver<ReadonlyArray<ResolversTypes['ActorVersion']>, ParentType, ContextType>
  parked?: Resolver<Maybe<ResolversTypes['ParkedCounts']>, ParentType, ContextType>
  settings?: Resolver<Maybe<ResolversTypes['ActorSettings']>, ParentType, ContextType>
  reads?: Resolver<ReadonlyArray<ResolversTypes['ReadEventType']>, ParentType, ContextType>
  registration?: Resolver<Maybe<ResolversTypes['Registration']>, ParentType, ContextType>
}

export type ActorVersionResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['ActorVersion'] = ResolversParentTypes['ActorVersion'],
> = {
  version?: Resolver<ResolversTypes['ID'], ParentType, ContextType>
  role?: Resolver<ResolversTypes['ActorVersionRole'], ParentType, ContextType>
  partitions?: Resolver<ReadonlyArray<ResolversTypes['Int']>, ParentType, ContextType>
  shadow?: Resolver<Maybe<ResolversTypes['ShadowReport']>, ParentType, ContextType>
  applied?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
  rejected?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
  exhausted?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
  others?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
}

export type ShadowReportResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['ShadowReport'] = ResolversParentTypes['ShadowReport'],
> = {
  handled?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
  failed?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
  differing?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
  dropped?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
  failures?: Resolver<ReadonlyArray<ResolversTypes['ShadowFailureCount']>, ParentType, ContextType>
  lastFailure?: Resolver<Maybe<ResolversTypes['ShadowFailure']>, ParentType, ContextType>
  lastDifference?: Resolver<Maybe<ResolversTypes['ShadowDifference']>, ParentType, ContextType>
  ended?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>
}

export type ShadowFailureCountResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['ShadowFailureCount'] = ResolversParentTypes['ShadowFailureCount'],
> = {
  errorClass?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  count?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
}

export type ShadowFailureResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['ShadowFailure'] = ResolversParentTypes['ShadowFailure'],
> = {
  topic?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  partition?: Resolver<ResolversTypes['Int'], ParentType, ContextType>
  offset?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
  errorClass?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>
}

export type ShadowDifferenceResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['ShadowDifference'] = ResolversParentTypes['ShadowDifference'],
> = {
  topic?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  partition?: Resolver<ResolversTypes['Int'], ParentType, ContextType>
  offset?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType>
}

export type ActorSettingsResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['ActorSettings'] = ResolversParentTypes['ActorSettings'],
> = {
  startFrom?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  timeLimitMs?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
  retryMode?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  attempts?: Resolver<ResolversTypes['Int'], ParentType, ContextType>
  backoff?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  firstDelayMs?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
  maxDelayMs?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
}

export type ReadEventTypeResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['ReadEventType'] = ResolversParentTypes['ReadEventType'],
> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  version?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>
}

export type EventTypeResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['EventType'] = ResolversParentTypes['EventType'],
> = {
  name?: Resolver<ResolversTypes['ID'], ParentType, ContextType>
  readers?: Resolver<ReadonlyArray<ResolversTypes['EventReader']>, ParentType, ContextType>
}

export type EventReaderResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['EventReader'] = ResolversParentTypes['EventReader'],
> = {
  actor?: Resolver<ResolversTypes['Actor'], ParentType, ContextType>
  version?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>
}

export type ParkedCountsResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['ParkedCounts'] = ResolversParentTypes['ParkedCounts'],
> = {
  keys?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
  held?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
  records?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
  oldestAgeMs?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
}

export type OutboxResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['Outbox'] = ResolversParentTypes['Outbox'],
> = {
  records?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
  ageMs?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
  parked?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
  heldBackMs?: Resolver<Maybe<ResolversTypes['SafeInt']>, ParentType, ContextType>
  sentRecords?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
  relays?: Resolver<ReadonlyArray<ResolversTypes['Process']>, ParentType, ContextType>
  slices?: Resolver<ReadonlyArray<ResolversTypes['OutboxSlice']>, ParentType, ContextType>
}

export type OutboxSliceResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['OutboxSlice'] = ResolversParentTypes['OutboxSlice'],
> = {
  slice?: Resolver<ResolversTypes['Int'], ParentType, ContextType>
  state?: Resolver<ResolversTypes['OutboxSliceState'], ParentType, ContextType>
  records?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
  ageMs?: Resolver<Maybe<ResolversTypes['SafeInt']>, ParentType, ContextType>
  relay?: Resolver<Maybe<ResolversTypes['Process']>, ParentType, ContextType>
  holder?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>
  leasedUntil?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>
  term?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
  waitsFor?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  heldTopics?: Resolver<ReadonlyArray<ResolversTypes['HeldTopic']>, ParentType, ContextType>
}

export type HeldTopicResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['HeldTopic'] = ResolversParentTypes['HeldTopic'],
> = {
  topic?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>
}

export type GroupResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['Group'] = ResolversParentTypes['Group'],
> = {
  name?: Resolver<ResolversTypes['ID'], ParentType, ContextType>
  members?: Resolver<
    ReadonlyArray<ResolversTypes['GroupMember']>,
    ParentType,
    ContextType,
    RequireFields<GroupMembersArgs, 'first'>
  >
  liveMembers?: Resolver<ResolversTypes['Int'], ParentType, ContextType>
  partitions?: Resolver<
    ResolversTypes['PartitionConnection'],
    ParentType,
    ContextType,
    RequireFields<GroupPartitionsArgs, 'first'>
  >
  partitionCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>
  unheldPartitions?: Resolver<ResolversTypes['Int'], ParentType, ContextType>
  unknownLagPartitions?: Resolver<ResolversTypes['Int'], ParentType, ContextType>
  lagRecords?: Resolver<Maybe<ResolversTypes['SafeInt']>, ParentType, ContextType>
  lagMs?: Resolver<Maybe<ResolversTypes['SafeInt']>, ParentType, ContextType>
  outcomes?: Resolver<ResolversTypes['Outcomes'], ParentType, ContextType>
  parked?: Resolver<Maybe<ResolversTypes['ParkedCounts']>, ParentType, ContextType>
  drainMs?: Resolver<Maybe<ResolversTypes['SafeInt']>, ParentType, ContextType>
}

export type GroupMemberResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['GroupMember'] = ResolversParentTypes['GroupMember'],
> = {
  process?: Resolver<ResolversTypes['Process'], ParentType, ContextType>
  joined?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>
  partitionCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>
}

export type PartitionResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['Partition'] = ResolversParentTypes['Partition'],
> = {
  groupName?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  topic?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  partition?: Resolver<ResolversTypes['Int'], ParentType, ContextType>
  hold?: Resolver<ResolversTypes['Hold'], ParentType, ContextType>
  process?: Resolver<Maybe<ResolversTypes['Process']>, ParentType, ContextType>
  claimants?: Resolver<ReadonlyArray<ResolversTypes['Process']>, ParentType, ContextType>
  asOf?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>
  position?: Resolver<Maybe<ResolversTypes['SafeInt']>, ParentType, ContextType>
  frontier?: Resolver<Maybe<ResolversTypes['SafeInt']>, ParentType, ContextType>
  end?: Resolver<Maybe<ResolversTypes['SafeInt']>, ParentType, ContextType>
  lagRecords?: Resolver<Maybe<ResolversTypes['SafeInt']>, ParentType, ContextType>
  lagMs?: Resolver<Maybe<ResolversTypes['SafeInt']>, ParentType, ContextType>
  drainMs?: Resolver<Maybe<ResolversTypes['SafeInt']>, ParentType, ContextType>
  units?: Resolver<ReadonlyArray<ResolversTypes['Unit']>, ParentType, ContextType>
}

export type UnitResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['Unit'] = ResolversParentTypes['Unit'],
> = {
  actor?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  lifecycle?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  position?: Resolver<Maybe<ResolversTypes['SafeInt']>, ParentType, ContextType>
  frontier?: Resolver<Maybe<ResolversTypes['SafeInt']>, ParentType, ContextType>
  oldestUnfinishedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>
  unfinishedRecords?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
  unfinishedBytes?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
  creditRecords?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
  creditBytes?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
  waitingFor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>
  quarantine?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>
  parked?: Resolver<Maybe<ResolversTypes['ParkedCounts']>, ParentType, ContextType>
}

export type OutcomesResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['Outcomes'] = ResolversParentTypes['Outcomes'],
> = {
  applied?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
  duplicate?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
  redelivered?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
  rejected?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
  undecodable?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
  exhausted?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
  skipped?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
  parked?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
  total?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
  retries?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
  perSecond?: Resolver<ResolversTypes['Float'], ParentType, ContextType>
  rates?: Resolver<ResolversTypes['OutcomeRates'], ParentType, ContextType>
  stages?: Resolver<ReadonlyArray<ResolversTypes['StageCost']>, ParentType, ContextType>
}

export type StageCostResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['StageCost'] = ResolversParentTypes['StageCost'],
> = {
  stage?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  totalMs?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
  msPerSecond?: Resolver<ResolversTypes['Float'], ParentType, ContextType>
}

export type OutcomeRatesResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['OutcomeRates'] = ResolversParentTypes['OutcomeRates'],
> = {
  applied?: Resolver<ResolversTypes['Float'], ParentType, ContextType>
  duplicate?: Resolver<ResolversTypes['Float'], ParentType, ContextType>
  redelivered?: Resolver<ResolversTypes['Float'], ParentType, ContextType>
  rejected?: Resolver<ResolversTypes['Float'], ParentType, ContextType>
  undecodable?: Resolver<ResolversTypes['Float'], ParentType, ContextType>
  exhausted?: Resolver<ResolversTypes['Float'], ParentType, ContextType>
  skipped?: Resolver<ResolversTypes['Float'], ParentType, ContextType>
  parked?: Resolver<ResolversTypes['Float'], ParentType, ContextType>
}

export type UnitOutcomesResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['UnitOutcomes'] = ResolversParentTypes['UnitOutcomes'],
> = {
  groupName?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  actor?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  topic?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  partition?: Resolver<ResolversTypes['Int'], ParentType, ContextType>
  outcomes?: Resolver<ResolversTypes['Outcomes'], ParentType, ContextType>
}

export type ErrorSightingResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['ErrorSighting'] = ResolversParentTypes['ErrorSighting'],
> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  actor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>
  topic?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>
  partition?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>
  offset?: Resolver<Maybe<ResolversTypes['SafeInt']>, ParentType, ContextType>
  eventId?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>
  correlationId?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>
  outcome?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>
  times?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
  process?: Resolver<ResolversTypes['Process'], ParentType, ContextType>
}

export type NodeConnectionResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['NodeConnection'] = ResolversParentTypes['NodeConnection'],
> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['NodeEdge']>, ParentType, ContextType>
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Node']>, ParentType, ContextType>
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>
}

export type NodeEdgeResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['NodeEdge'] = ResolversParentTypes['NodeEdge'],
> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  node?: Resolver<ResolversTypes['Node'], ParentType, ContextType>
}

export type ProcessConnectionResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['ProcessConnection'] = ResolversParentTypes['ProcessConnection'],
> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['ProcessEdge']>, ParentType, ContextType>
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Process']>, ParentType, ContextType>
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>
}

export type ProcessEdgeResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['ProcessEdge'] = ResolversParentTypes['ProcessEdge'],
> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  node?: Resolver<ResolversTypes['Process'], ParentType, ContextType>
}

export type ActorConnectionResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['ActorConnection'] = ResolversParentTypes['ActorConnection'],
> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['ActorEdge']>, ParentType, ContextType>
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Actor']>, ParentType, ContextType>
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>
}

export type ActorEdgeResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['ActorEdge'] = ResolversParentTypes['ActorEdge'],
> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  node?: Resolver<ResolversTypes['Actor'], ParentType, ContextType>
}

export type GroupConnectionResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['GroupConnection'] = ResolversParentTypes['GroupConnection'],
> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['GroupEdge']>, ParentType, ContextType>
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Group']>, ParentType, ContextType>
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>
}

export type GroupEdgeResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['GroupEdge'] = ResolversParentTypes['GroupEdge'],
> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  node?: Resolver<ResolversTypes['Group'], ParentType, ContextType>
}

export type PartitionConnectionResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['PartitionConnection'] =
    ResolversParentTypes['PartitionConnection'],
> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['PartitionEdge']>, ParentType, ContextType>
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Partition']>, ParentType, ContextType>
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>
}

export type PartitionEdgeResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['PartitionEdge'] = ResolversParentTypes['PartitionEdge'],
> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  node?: Resolver<ResolversTypes['Partition'], ParentType, ContextType>
}

export type UnitOutcomesConnectionResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['UnitOutcomesConnection'] =
    ResolversParentTypes['UnitOutcomesConnection'],
> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['UnitOutcomesEdge']>, ParentType, ContextType>
  nodes?: Resolver<ReadonlyArray<ResolversTypes['UnitOutcomes']>, ParentType, ContextType>
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>
}

export type UnitOutcomesEdgeResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['UnitOutcomesEdge'] = ResolversParentTypes['UnitOutcomesEdge'],
> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  node?: Resolver<ResolversTypes['UnitOutcomes'], ParentType, ContextType>
}

export type EventStoryResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['EventStory'] = ResolversParentTypes['EventStory'],
> = {
  eventId?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  known?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>
  steps?: Resolver<ReadonlyArray<ResolversTypes['EventStep']>, ParentType, ContextType>
}

export type EventStepResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['EventStep'] = ResolversParentTypes['EventStep'],
> = {
  kind?: Resolver<ResolversTypes['EventStepKind'], ParentType, ContextType>
  at?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>
  tenant?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  groupName?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  actor?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  record?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  deadLetterId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>
}

export type DeadLetterResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['DeadLetter'] = ResolversParentTypes['DeadLetter'],
> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>
  groupName?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  actor?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  actorVersion?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>
  topic?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  partition?: Resolver<ResolversTypes['Int'], ParentType, ContextType>
  offset?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
  key?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>
  tenant?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  eventId?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  eventType?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  correlationId?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  traceId?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>
  outcome?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  attempts?: Resolver<ResolversTypes['Int'], ParentType, ContextType>
  errorClass?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  errorCode?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  failedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>
  state?: Resolver<ResolversTypes['DeadLetterState'], ParentType, ContextType>
  redrives?: Resolver<ResolversTypes['Int'], ParentType, ContextType>
}

export type DeadLetterDetailResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['DeadLetterDetail'] = ResolversParentTypes['DeadLetterDetail'],
> = {
  letter?: Resolver<ResolversTypes['DeadLetter'], ParentType, ContextType>
  stack?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  valueBase64?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>
  valueText?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>
  decoded?: Resolver<ResolversTypes['DecodedValue'], ParentType, ContextType>
  headers?: Resolver<Maybe<ReadonlyArray<ResolversTypes['RecordHeader']>>, ParentType, ContextType>
  recordedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>
  receipts?: Resolver<ReadonlyArray<ResolversTypes['DeadLetterReceipt']>, ParentType, ContextType>
}

export type RecordPageResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['RecordPage'] = ResolversParentTypes['RecordPage'],
> = {
  records?: Resolver<ReadonlyArray<ResolversTypes['LogRecord']>, ParentType, ContextType>
  low?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
  end?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
  nextOffset?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
}

export type LogRecordResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['LogRecord'] = ResolversParentTypes['LogRecord'],
> = {
  offset?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
  at?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>
  key?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>
  headers?: Resolver<ReadonlyArray<ResolversTypes['RecordHeader']>, ParentType, ContextType>
  value?: Resolver<ResolversTypes['DecodedValue'], ParentType, ContextType>
}

export type DecodedValueResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['DecodedValue'] = ResolversParentTypes['DecodedValue'],
> = {
  eventType?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  schemaId?: Resolver<Maybe<ResolversTypes['SafeInt']>, ParentType, ContextType>
  json?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>
  unreadable?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  maskedFields?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>
}

export type RecordHeaderResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['RecordHeader'] = ResolversParentTypes['RecordHeader'],
> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  value?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>
}

export type DeadLetterReceiptResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['DeadLetterReceipt'] = ResolversParentTypes['DeadLetterReceipt'],
> = {
  outcome?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  by?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>
  redriveId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>
  producedTo?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>
}

export type RedrivePreviewResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['RedrivePreview'] = ResolversParentTypes['RedrivePreview'],
> = {
  letters?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
  guarded?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
  settled?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
  byActorAndError?: Resolver<ReadonlyArray<ResolversTypes['RedrivePreviewRow']>, ParentType, ContextType>
  examples?: Resolver<ReadonlyArray<ResolversTypes['DeadLetter']>, ParentType, ContextType>
}

export type RedrivePreviewRowResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['RedrivePreviewRow'] = ResolversParentTypes['RedrivePreviewRow'],
> = {
  groupName?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  actor?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  errorClass?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  letters?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
  settled?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
}

export type RedriveResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['Redrive'] = ResolversParentTypes['Redrive'],
> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>
  state?: Resolver<ResolversTypes['RedriveState'], ParentType, ContextType>
  filter?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  ratePerSecond?: Resolver<ResolversTypes['Float'], ParentType, ContextType>
  maxRedrives?: Resolver<ResolversTypes['Int'], ParentType, ContextType>
  createdBy?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>
  finishedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>
  redriven?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
  skipped?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
  refused?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
  settled?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
}

export type ReplayResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['Replay'] = ResolversParentTypes['Replay'],
> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>
  state?: Resolver<ResolversTypes['ReplayState'], ParentType, ContextType>
  trouble?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>
  groupName?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  actor?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  topic?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  partition?: Resolver<ResolversTypes['Int'], ParentType, ContextType>
  fromOffset?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
  toOffset?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
  nextOffset?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
  dedupe?: Resolver<ResolversTypes['Dedupe'], ParentType, ContextType>
  ratePerSecond?: Resolver<ResolversTypes['Float'], ParentType, ContextType>
  createdBy?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>
  finishedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>
  applied?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
  passedOver?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
  dead?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
  skipped?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
  gone?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
}

export type ParkedKeyResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['ParkedKey'] = ResolversParentTypes['ParkedKey'],
> = {
  groupName?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  actor?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  topic?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  partition?: Resolver<ResolversTypes['Int'], ParentType, ContextType>
  key?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  records?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>
  held?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>
  dueAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>
  parkedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>
  firstOffset?: Resolver<Maybe<ResolversTypes['SafeInt']>, ParentType, ContextType>
  attempts?: Resolver<ResolversTypes['Int'], ParentType, ContextType>
  errorClass?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>
}

export type DeadLetterConnectionResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['DeadLetterConnection'] =
    ResolversParentTypes['DeadLetterConnection'],
> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['DeadLetterEdge']>, ParentType, ContextType>
  nodes?: Resolver<ReadonlyArray<ResolversTypes['DeadLetter']>, ParentType, ContextType>
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>
}

export type DeadLetterEdgeResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['DeadLetterEdge'] = ResolversParentTypes['DeadLetterEdge'],
> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  node?: Resolver<ResolversTypes['DeadLetter'], ParentType, ContextType>
}

export type ParkedKeyConnectionResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['ParkedKeyConnection'] =
    ResolversParentTypes['ParkedKeyConnection'],
> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['ParkedKeyEdge']>, ParentType, ContextType>
  nodes?: Resolver<ReadonlyArray<ResolversTypes['ParkedKey']>, ParentType, ContextType>
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>
}

export type ParkedKeyEdgeResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['ParkedKeyEdge'] = ResolversParentTypes['ParkedKeyEdge'],
> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  node?: Resolver<ResolversTypes['ParkedKey'], ParentType, ContextType>
}

export type CommandConnectionResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['CommandConnection'] = ResolversParentTypes['CommandConnection'],
> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['CommandEdge']>, ParentType, ContextType>
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Command']>, ParentType, ContextType>
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>
}

export type CommandEdgeResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['CommandEdge'] = ResolversParentTypes['CommandEdge'],
> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  node?: Resolver<ResolversTypes['Command'], ParentType, ContextType>
}

export type AuditEntryConnectionResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['AuditEntryConnection'] =
    ResolversParentTypes['AuditEntryConnection'],
> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['AuditEntryEdge']>, ParentType, ContextType>
  nodes?: Resolver<ReadonlyArray<ResolversTypes['AuditEntry']>, ParentType, ContextType>
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>
}

export type AuditEntryEdgeResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['AuditEntryEdge'] = ResolversParentTypes['AuditEntryEdge'],
> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  node?: Resolver<ResolversTypes['AuditEntry'], ParentType, ContextType>
}

export type TrackedPackageResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['TrackedPackage'] = ResolversParentTypes['TrackedPackage'],
> = {
  trackingId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>
  orderId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>
  carrier?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  state?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  stateSince?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>
}

export type TrackedScanResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['TrackedScan'] = ResolversParentTypes['TrackedScan'],
> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>
  scan?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  state?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  time?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>
  recordedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>
  message?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>
  place?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>
}

export type TrackedPackageConnectionResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['TrackedPackageConnection'] =
    ResolversParentTypes['TrackedPackageConnection'],
> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['TrackedPackageEdge']>, ParentType, ContextType>
  nodes?: Resolver<ReadonlyArray<ResolversTypes['TrackedPackage']>, ParentType, ContextType>
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>
}

export type TrackedPackageEdgeResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['TrackedPackageEdge'] = ResolversParentTypes['TrackedPackageEdge'],
> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  node?: Resolver<ResolversTypes['TrackedPackage'], ParentType, ContextType>
}

export type TrackedScanConnectionResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['TrackedScanConnection'] =
    ResolversParentTypes['TrackedScanConnection'],
> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['TrackedScanEdge']>, ParentType, ContextType>
  nodes?: Resolver<ReadonlyArray<ResolversTypes['TrackedScan']>, ParentType, ContextType>
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>
}

export type TrackedScanEdgeResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['TrackedScanEdge'] = ResolversParentTypes['TrackedScanEdge'],
> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  node?: Resolver<ResolversTypes['TrackedScan'], ParentType, ContextType>
}

export type PageInfoResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo'],
> = {
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>
}

export type Resolvers<ContextType = RequestContext> = {
  Query?: QueryResolvers<ContextType>
  Mutation?: MutationResolvers<ContextType>
  Subscription?: SubscriptionResolvers<ContextType>
  Rebalance?: RebalanceResolvers<ContextType>
  GroupMemberChange?: GroupMemberChangeResolvers<ContextType>
  PartitionMove?: PartitionMoveResolvers<ContextType>
  Registration?: RegistrationResolvers<ContextType>
  Promotion?: PromotionResolvers<ContextType>
  MutationResult?: MutationResultResolvers<ContextType>
  Command?: CommandResolvers<ContextType>
  CommandAnswer?: CommandAnswerResolvers<ContextType>
  AuditEntry?: AuditEntryResolvers<ContextType>
  Pause?: PauseResolvers<ContextType>
  Drain?: DrainResolvers<ContextType>
  DateTime?: GraphQLScalarType
  SafeInt?: GraphQLScalarType
  Cluster?: ClusterResolvers<ContextType>
  Node?: NodeResolvers<ContextType>
  Process?: ProcessResolvers<ContextType>
  Readiness?: ReadinessResolvers<ContextType>
  ReadinessCheck?: ReadinessCheckResolvers<ContextType>
  ProcessHealth?: ProcessHealthResolvers<ContextType>
  Worker?: WorkerResolvers<ContextType>
  Actor?: ActorResolvers<ContextType>
  ActorVersion?: ActorVersionResolvers<ContextType>
  ShadowReport?: ShadowReportResolvers<ContextType>
  ShadowFailureCount?: ShadowFailureCountResolvers<ContextType>
  ShadowFailure?: ShadowFailureResolvers<ContextType>
  ShadowDifference?: ShadowDifferenceResolvers<ContextType>
  ActorSettings?: ActorSettingsResolvers<ContextType>
  ReadEventType?: ReadEventTypeResolvers<ContextType>
  EventType?: EventTypeResolvers<ContextType>
  EventReader?: EventReaderResolvers<ContextType>
  ParkedCounts?: ParkedCountsResolvers<ContextType>
  Outbox?: OutboxResolvers<ContextType>
  OutboxSlice?: OutboxSliceResolvers<ContextType>
  HeldTopic?: HeldTopicResolvers<ContextType>
  Group?: GroupResolvers<ContextType>
  GroupMember?: GroupMemberResolvers<ContextType>
  Partition?: PartitionResolvers<ContextType>
  Unit?: UnitResolvers<ContextType>
  Outcomes?: OutcomesResolvers<ContextType>
  StageCost?: StageCostResolvers<ContextType>
  OutcomeRates?: OutcomeRatesResolvers<ContextType>
  UnitOutcomes?: UnitOutcomesResolvers<ContextType>
  ErrorSighting?: ErrorSightingResolvers<ContextType>
  NodeConnection?: NodeConnectionResolvers<ContextType>
  NodeEdge?: NodeEdgeResolvers<ContextType>
  ProcessConnection?: ProcessConnectionResolvers<ContextType>
  ProcessEdge?: ProcessEdgeResolvers<ContextType>
  ActorConnection?: ActorConnectionResolvers<ContextType>
  ActorEdge?: ActorEdgeResolvers<ContextType>
  GroupConnection?: GroupConnectionResolvers<ContextType>
  GroupEdge?: GroupEdgeResolvers<ContextType>
  PartitionConnection?: PartitionConnectionResolvers<ContextType>
  PartitionEdge?: PartitionEdgeResolvers<ContextType>
  UnitOutcomesConnection?: UnitOutcomesConnectionResolvers<ContextType>
  UnitOutcomesEdge?: UnitOutcomesEdgeResolvers<ContextType>
  EventStory?: EventStoryResolvers<ContextType>
  EventStep?: EventStepResolvers<ContextType>
  DeadLetter?: DeadLetterResolvers<ContextType>
  DeadLetterDetail?: DeadLetterDetailResolvers<ContextType>
  RecordPage?: RecordPageResolvers<ContextType>
  LogRecord?: LogRecordResolvers<ContextType>
  DecodedValue?: DecodedValueResolvers<ContextType>
  RecordHeader?: RecordHeaderResolvers<ContextType>
  DeadLetterReceipt?: DeadLetterReceiptResolvers<ContextType>
  RedrivePreview?: RedrivePreviewResolvers<ContextType>
  RedrivePreviewRow?: RedrivePreviewRowResolvers<ContextType>
  Redrive?: RedriveResolvers<ContextType>
  Replay?: ReplayResolvers<ContextType>
  ParkedKey?: ParkedKeyResolvers<ContextType>
  DeadLetterConnection?: DeadLetterConnectionResolvers<ContextType>
  DeadLetterEdge?: DeadLetterEdgeResolvers<ContextType>
  ParkedKeyConnection?: ParkedKeyConnectionResolvers<ContextType>
  ParkedKeyEdge?: ParkedKeyEdgeResolvers<ContextType>
  CommandConnection?: CommandConnectionResolvers<ContextType>
  CommandEdge?: CommandEdgeResolvers<ContextType>
  AuditEntryConnection?: AuditEntryConnectionResolvers<ContextType>
  AuditEntryEdge?: AuditEntryEdgeResolvers<ContextType>
  TrackedPackage?: TrackedPackageResolvers<ContextType>
  TrackedScan?: TrackedScanResolvers<ContextType>
  TrackedPackageConnection?: TrackedPackageConnectionResolvers<ContextType>
  TrackedPackageEdge?: TrackedPackageEdgeResolvers<ContextType>
  TrackedScanConnection?: TrackedScanConnectionResolvers<ContextType>
  TrackedScanEdge?: TrackedScanEdgeResolvers<ContextType>
  PageInfo?: PageInfoResolvers<ContextType>
}

export type DirectiveResolvers<ContextType = RequestContext> = {
  listSize?: ListSizeDirectiveResolver<any, any, ContextType>
  cost?: CostDirectiveResolver<any, any, ContextType>
}
