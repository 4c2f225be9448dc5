/* Generated from schemas/graphql/operator.graphql by `npm run generate-types`. */

import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql'
import type {
  ClusterPicture,
  NodeView,
  ActorView,
  GroupView,
  ErrorView,
} from '../../read-model/operator/cluster-picture.ts'
import type { ProcessView } from '../../read-model/operator/process-view.ts'
import type { PartitionView } from '../../read-model/operator/partition-view.ts'
import type { UnitStatus } from '../../../runtime/control/index.ts'
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
 * What the processes of Troupe last said of themselves, which they do about once a second.
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
  /** The errors that processes saw last, the newest first. Each process tells a few; dead-letter topics and logs have them all. */
  readonly lastErrors: ReadonlyArray<ErrorSighting>
}

/**
 * What the processes of Troupe last said of themselves, which they do about once a second.
 *
 * Whether a process is alive is told by the clock of Postgres. Processes that have stopped or fallen silent are shown for a
 * day, and no more than the thousand processes that reported last.
 */
export type QueryNodesArgs = {
  first?: InputMaybe<Scalars['Int']['input']>
  after?: InputMaybe<Scalars['String']['input']>
}

/**
 * What the processes of Troupe last said of themselves, which they do about once a second.
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
 * What the processes of Troupe last said of themselves, which they do about once a second.
 *
 * Whether a process is alive is told by the clock of Postgres. Processes that have stopped or fallen silent are shown for a
 * day, and no more than the thousand processes that reported last.
 */
export type QueryProcessArgs = {
  id: Scalars['ID']['input']
}

/**
 * What the processes of Troupe last said of themselves, which they do about once a second.
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
 * What the processes of Troupe last said of themselves, which they do about once a second.
 *
 * Whether a process is alive is told by the clock of Postgres. Processes that have stopped or fallen silent are shown for a
 * day, and no more than the thousand processes that reported last.
 */
export type QueryGroupsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>
  after?: InputMaybe<Scalars['String']['input']>
}

/**
 * What the processes of Troupe last said of themselves, which they do about once a second.
 *
 * Whether a process is alive is told by the clock of Postgres. Processes that have stopped or fallen silent are shown for a
 * day, and no more than the thousand processes that reported last.
 */
export type QueryGroupArgs = {
  name: Scalars['ID']['input']
}

/**
 * What the processes of Troupe last said of themselves, which they do about once a second.
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
 * What the processes of Troupe last said of themselves, which they do about once a second.
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
 * What the processes of Troupe last said of themselves, which they do about once a second.
 *
 * Whether a process is alive is told by the clock of Postgres. Processes that have stopped or fallen silent are shown for a
 * day, and no more than the thousand processes that reported last.
 */
export type QueryLastErrorsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>
  actor?: InputMaybe<Scalars['String']['input']>
  group?: InputMaybe<Scalars['String']['input']>
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
  /** Whether its last beat is at most three of its report intervals old, by the clock of Postgres, and it has not stopped. */
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
  /** Something that this version of Troupe does not know. */
  | 'OTHER'

/** Whether a process reports. */
export type Liveness =
  /** Its last beat is at most three of its report intervals old. */
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
}

/** An actor of a group, as the live process that reported last describes it; where none is live, as the last one did. */
export type ActorProcessesArgs = {
  first?: InputMaybe<Scalars['Int']['input']>
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
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>
  SafeInt: ResolverTypeWrapper<Scalars['SafeInt']['output']>
  Cluster: ResolverTypeWrapper<ClusterPicture>
  Float: ResolverTypeWrapper<Scalars['Float']['output']>
  Role: Role
  Node: ResolverTypeWrapper<NodeView>
  Process: ResolverTypeWrapper<ProcessView>
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>
  ProcessKind: ProcessKind
  Liveness: Liveness
  ProcessState: ProcessState
  Readiness: ResolverTypeWrapper<Readiness>
  ReadinessCheck: ResolverTypeWrapper<ReadinessCheck>
  ProcessHealth: ResolverTypeWrapper<ProcessHealth>
  Worker: ResolverTypeWrapper<Worker>
  Actor: ResolverTypeWrapper<ActorView>
  Group: ResolverTypeWrapper<GroupView>
  GroupMember: ResolverTypeWrapper<Omit<GroupMember, 'process'> & { process: ResolversTypes['Process'] }>
  Partition: ResolverTypeWrapper<PartitionView>
  Hold: Hold
  Unit: ResolverTypeWrapper<UnitStatus>
  Outcomes: ResolverTypeWrapper<Outcomes>
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
  PageInfo: ResolverTypeWrapper<PageInfo>
  Int: ResolverTypeWrapper<Scalars['Int']['output']>
}

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  Query: Record<PropertyKey, never>
  String: Scalars['String']['output']
  ID: Scalars['ID']['output']
  DateTime: Scalars['DateTime']['output']
  SafeInt: Scalars['SafeInt']['output']
  Cluster: ClusterPicture
  Float: Scalars['Float']['output']
  Node: NodeView
  Process: ProcessView
  Boolean: Scalars['Boolean']['output']
  Readiness: Readiness
  ReadinessCheck: ReadinessCheck
  ProcessHealth: ProcessHealth
  Worker: Worker
  Actor: ActorView
  Group: GroupView
  GroupMember: Omit<GroupMember, 'process'> & { process: ResolversParentTypes['Process'] }
  Partition: PartitionView
  Unit: UnitStatus
  Outcomes: Outcomes
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
  lastErrors?: Resolver<
    ReadonlyArray<ResolversTypes['ErrorSighting']>,
    ParentType,
    ContextType,
    RequireFields<QueryLastErrorsArgs, 'first'>
  >
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
  Group?: GroupResolvers<ContextType>
  GroupMember?: GroupMemberResolvers<ContextType>
  Partition?: PartitionResolvers<ContextType>
  Unit?: UnitResolvers<ContextType>
  Outcomes?: OutcomesResolvers<ContextType>
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
  PageInfo?: PageInfoResolvers<ContextType>
}

export type DirectiveResolvers<ContextType = RequestContext> = {
  listSize?: ListSizeDirectiveResolver<any, any, ContextType>
  cost?: CostDirectiveResolver<any, any, ContextType>
}
