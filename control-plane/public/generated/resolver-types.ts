/* Generated from schemas/graphql/public.graphql by `npm run generate-types`. */

import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql'
import type { PackageRow, PackageEventRow } from '../../read-model/tracking.ts'
import type { OrderRow } from '../../read-model/orders.ts'
import type { EventStoryRow } from '../../read-model/event-story.ts'
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
  /** A moment, to the millisecond. Answers have it in UTC: `2025-06-02T12:00:00.000Z`; as an argument it may have another offset. */
  DateTime: { input: Date; output: Date }
}

/** Where packages are: read-only, and only of the tenant that the API key belongs to. */
export type Query = {
  /** One package. Null when there is none with this tracking id among yours. */
  readonly package?: Maybe<Package>
  /** Your packages, the last changed first. A package that changes while you page moves to the front. */
  readonly packages: PackageConnection
  /** One order. Null when there is none with this id among yours. */
  readonly order?: Maybe<Order>
  /** Your orders, the last changed first. An order that changes while you page moves to the front. */
  readonly orders: OrderConnection
  /** What became of an event that was sent for you. Null when we have none with this id: it may still be on its way. */
  readonly event?: Maybe<Event>
}

/** Where packages are: read-only, and only of the tenant that the API key belongs to. */
export type QueryPackageArgs = {
  trackingId: Scalars['ID']['input']
}

/** Where packages are: read-only, and only of the tenant that the API key belongs to. */
export type QueryPackagesArgs = {
  first?: InputMaybe<Scalars['Int']['input']>
  after?: InputMaybe<Scalars['String']['input']>
  state?: InputMaybe<PackageState>
  orderId?: InputMaybe<Scalars['ID']['input']>
  changedSince?: InputMaybe<Scalars['DateTime']['input']>
  changedBefore?: InputMaybe<Scalars['DateTime']['input']>
}

/** Where packages are: read-only, and only of the tenant that the API key belongs to. */
export type QueryOrderArgs = {
  orderId: Scalars['ID']['input']
}

/** Where packages are: read-only, and only of the tenant that the API key belongs to. */
export type QueryOrdersArgs = {
  first?: InputMaybe<Scalars['Int']['input']>
  after?: InputMaybe<Scalars['String']['input']>
  state?: InputMaybe<OrderState>
  changedSince?: InputMaybe<Scalars['DateTime']['input']>
  changedBefore?: InputMaybe<Scalars['DateTime']['input']>
}

/** Where packages are: read-only, and only of the tenant that the API key belongs to. */
export type QueryEventArgs = {
  id: Scalars['ID']['input']
}

/**
 * What happens, as it happens: by WebSocket at `/subscriptions`, protocol graphql-transport-ws. A change may be told twice, and
 * a client that reads slowly gets the newest state of each package, not every state in between.
 */
export type Subscription = {
  /** One package: as it is now, then whenever it changes. Nothing comes until there is such a package. */
  readonly package: Package
  /** Your packages as they change, beginning now. */
  readonly packageChanged: Package
}

/**
 * What happens, as it happens: by WebSocket at `/subscriptions`, protocol graphql-transport-ws. A change may be told twice, and
 * a client that reads slowly gets the newest state of each package, not every state in between.
 */
export type SubscriptionPackageArgs = {
  trackingId: Scalars['ID']['input']
}

/**
 * What happens, as it happens: by WebSocket at `/subscriptions`, protocol graphql-transport-ws. A change may be told twice, and
 * a client that reads slowly gets the newest state of each package, not every state in between.
 */
export type SubscriptionPackageChangedArgs = {
  state?: InputMaybe<PackageState>
}

/** A package on its way from shipper to customer. */
export type Package = {
  /** The carrier's tracking id. */
  readonly trackingId: Scalars['ID']['output']
  /** The id of the order it belongs to. */
  readonly orderId: Scalars['ID']['output']
  /** The order it belongs to. */
  readonly order?: Maybe<Order>
  /** The carrier, as it calls itself. */
  readonly carrier: Scalars['String']['output']
  /** Where it stands now, by the scans that came in time. */
  readonly state: PackageState
  /** When the scan happened that brought this state. */
  readonly stateSince: Scalars['DateTime']['output']
  /** When anything about it was last written, a late scan counted. */
  readonly updatedAt: Scalars['DateTime']['output']
  /** Its scans in time order, the oldest first. A scan that was told late stands at its time. */
  readonly history: PackageEventConnection
}

/** A package on its way from shipper to customer. */
export type PackageHistoryArgs = {
  first?: InputMaybe<Scalars['Int']['input']>
  after?: InputMaybe<Scalars['String']['input']>
}

/** Where a package stands. */
export type PackageState =
  /** Announced; the carrier does not have it yet. */
  | 'CREATED'
  /** The carrier has it. */
  | 'PICKED_UP'
  /** Between facilities, or in one. */
  | 'IN_TRANSIT'
  /** On the van to the customer. */
  | 'OUT_FOR_DELIVERY'
  /** Handed over. Final. */
  | 'DELIVERED'
  /** Nobody took it; it will be tried again, or go back. */
  | 'DELIVERY_FAILED'
  /** On its way back to the shipper. */
  | 'RETURNING'
  /** Back at the shipper. Final. */
  | 'RETURNED'
  /** The carrier cannot find it. Some turn up. */
  | 'LOST'

/** What a carrier can say of a package. */
export type ScanKind =
  /** A label was printed. */
  | 'LABEL_CREATED'
  /** Collected from the shipper. */
  | 'PICKED_UP'
  /** Came into a facility. */
  | 'ARRIVED_AT_FACILITY'
  /** Left a facility. */
  | 'DEPARTED_FACILITY'
  /** Loaded for delivery. */
  | 'OUT_FOR_DELIVERY'
  /** Handed over. */
  | 'DELIVERED'
  /** Could not be handed over. */
  | 'DELIVERY_FAILED'
  /** Turned back to the shipper. */
  | 'RETURN_STARTED'
  /** Handed back to the shipper. */
  | 'RETURNED'
  /** Cannot be found. */
  | 'LOST'

/** One scan in a package's history. */
export type PackageEvent = {
  /** The carrier's id of the scan. */
  readonly id: Scalars['ID']['output']
  /** What was scanned. */
  readonly scan: ScanKind
  /** What the scan says by itself. The package's own state may differ if the scan was told late. */
  readonly state: PackageState
  /** When it happened. */
  readonly time: Scalars['DateTime']['output']
  /** When we learned of it. */
  readonly recordedAt: Scalars['DateTime']['output']
  /** What the carrier says of it, for people. */
  readonly message?: Maybe<Scalars['String']['output']>
  /** Where it happened, if the carrier says so. */
  readonly location?: Maybe<Location>
}

/** A place on Earth. */
export type Location = {
  /** The city, as the carrier writes it. */
  readonly city: Scalars['String']['output']
  /** The country, ISO 3166-1, two letters. */
  readonly country: Scalars['String']['output']
  /** Degrees, north is positive. */
  readonly latitude: Scalars['Float']['output']
  /** Degrees, east is positive. */
  readonly longitude: Scalars['Float']['output']
}

/** What was ordered together; it may travel in several packages. */
export type Order = {
  /** The order id that the shipper gave. */
  readonly orderId: Scalars['ID']['output']
  /** Follows from the states of its packages. */
  readonly state: OrderState
  /** When its state last changed. */
  readonly updatedAt: Scalars['DateTime']['output']
  /** Its packages, by tracking id. */
  readonly packages: PackageConnection
}

/** What was ordered together; it may travel in several packages. */
export type OrderPackagesArgs = {
  first?: InputMaybe<Scalars['Int']['input']>
  after?: InputMaybe<Scalars['String']['input']>
}

/** What an order is, seen from its packages. The first that fits, from top to bottom. */
export type OrderState =
  /** No package is with the carrier yet. */
  | 'CREATED'
  /** Every package is delivered. */
  | 'DELIVERED'
  /** Every package is returned. */
  | 'RETURNED'
  /** A package is lost, could not be delivered, or goes or went back. */
  | 'NEEDS_ATTENTION'
  /** Some packages are delivered, the others on their way. */
  | 'PARTLY_DELIVERED'
  /** Packages are on their way. */
  | 'SHIPPED'

/** An event that was sent for you, and what became of it. */
export type Event = {
  /** The id that it was sent with. */
  readonly id: Scalars['ID']['output']
  /** What became of it. */
  readonly status: EventStatus
  /** What it says in its package's history; null when it never got there. */
  readonly scan?: Maybe<PackageEvent>
  /** The package it is about; null when it never got there. */
  readonly package?: Maybe<Package>
  /** What happened to it, the oldest first. */
  readonly story: ReadonlyArray<EventStep>
}

/** What became of an event. */
export type EventStatus =
  /** It is in its package's history. */
  | 'APPLIED'
  /** It does not fit what is known of its package, or is not valid. */
  | 'REJECTED'
  /** It could not be handled, and is kept for us to look at. */
  | 'FAILED'
  /** It could not be handled, and we decided that nothing more happens to it. */
  | 'DISCARDED'

/** Something that happened to an event. */
export type EventStep = {
  /** What happened. */
  readonly kind: EventStepKind
  /** When. */
  readonly at: Scalars['DateTime']['output']
}

/** What can happen to an event. */
export type EventStepKind =
  /** It was written into its package's history. */
  | 'APPLIED'
  /** It was sent a second time, which changed nothing. */
  | 'REPEATED'
  /** It was refused: it does not fit what is known of its package, or is not valid. */
  | 'REJECTED'
  /** It is not in a form that can be read. */
  | 'UNREADABLE'
  /** Handling it failed, and it was put aside. */
  | 'FAILED'
  /** It was handed in again after it had failed. */
  | 'SENT_AGAIN'
  /** It was decided that nothing more happens to it. */
  | 'DISCARDED'

/** A page of orders. */
export type OrderConnection = {
  /** The orders with their cursors. */
  readonly edges: ReadonlyArray<OrderEdge>
  /** The orders alone. */
  readonly nodes: ReadonlyArray<Order>
  /** Whether and where it goes on. */
  readonly pageInfo: PageInfo
}

/** An order in a page. */
export type OrderEdge = {
  /** Its place in the list, to go on from. */
  readonly cursor: Scalars['String']['output']
  /** The order. */
  readonly node: Order
}

/** A page of packages. */
export type PackageConnection = {
  /** The packages with their cursors. */
  readonly edges: ReadonlyArray<PackageEdge>
  /** The packages alone. */
  readonly nodes: ReadonlyArray<Package>
  /** Whether and where it goes on. */
  readonly pageInfo: PageInfo
}

/** A package in a page. */
export type PackageEdge = {
  /** Its place in the list, to go on from. */
  readonly cursor: Scalars['String']['output']
  /** The package. */
  readonly node: Package
}

/** A page of a package's history. */
export type PackageEventConnection = {
  /** The scans with their cursors. */
  readonly edges: ReadonlyArray<PackageEventEdge>
  /** The scans alone. */
  readonly nodes: ReadonlyArray<PackageEvent>
  /** Whether and where it goes on. */
  readonly pageInfo: PageInfo
}

/** A scan in a page. */
export type PackageEventEdge = {
  /** Its place in the history, to go on from. */
  readonly cursor: Scalars['String']['output']
  /** The scan. */
  readonly node: PackageEvent
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
  ID: ResolverTypeWrapper<Scalars['ID']['output']>
  String: ResolverTypeWrapper<Scalars['String']['output']>
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>
  Package: ResolverTypeWrapper<PackageRow>
  PackageState: PackageState
  ScanKind: ScanKind
  PackageEvent: ResolverTypeWrapper<PackageEventRow>
  Location: ResolverTypeWrapper<Location>
  Float: ResolverTypeWrapper<Scalars['Float']['output']>
  Order: ResolverTypeWrapper<OrderRow>
  OrderState: OrderState
  Event: ResolverTypeWrapper<EventStoryRow>
  EventStatus: EventStatus
  EventStep: ResolverTypeWrapper<EventStep>
  EventStepKind: EventStepKind
  OrderConnection: ResolverTypeWrapper<
    Omit<OrderConnection, 'edges' | 'nodes'> & {
      edges: ReadonlyArray<ResolversTypes['OrderEdge']>
      nodes: ReadonlyArray<ResolversTypes['Order']>
    }
  >
  OrderEdge: ResolverTypeWrapper<Omit<OrderEdge, 'node'> & { node: ResolversTypes['Order'] }>
  PackageConnection: ResolverTypeWrapper<
    Omit<PackageConnection, 'edges' | 'nodes'> & {
      edges: ReadonlyArray<ResolversTypes['PackageEdge']>
      nodes: ReadonlyArray<ResolversTypes['Package']>
    }
  >
  PackageEdge: ResolverTypeWrapper<Omit<PackageEdge, 'node'> & { node: ResolversTypes['Package'] }>
  PackageEventConnection: ResolverTypeWrapper<
    Omit<PackageEventConnection, 'edges' | 'nodes'> & {
      edges: ReadonlyArray<ResolversTypes['PackageEventEdge']>
      nodes: ReadonlyArray<ResolversTypes['PackageEvent']>
    }
  >
  PackageEventEdge: ResolverTypeWrapper<
    Omit<PackageEventEdge, 'node'> & { node: ResolversTypes['PackageEvent'] }
  >
  PageInfo: ResolverTypeWrapper<PageInfo>
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>
  Int: ResolverTypeWrapper<Scalars['Int']['output']>
}

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  Query: Record<PropertyKey, never>
  ID: Scalars['ID']['output']
  String: Scalars['String']['output']
  Subscription: Record<PropertyKey, never>
  DateTime: Scalars['DateTime']['output']
  Package: PackageRow
  PackageEvent: PackageEventRow
  Location: Location
  Float: Scalars['Float']['output']
  Order: OrderRow
  Event: EventStoryRow
  EventStep: EventStep
  OrderConnection: Omit<OrderConnection, 'edges' | 'nodes'> & {
    edges: ReadonlyArray<ResolversParentTypes['OrderEdge']>
    nodes: ReadonlyArray<ResolversParentTypes['Order']>
  }
  OrderEdge: Omit<OrderEdge, 'node'> & { node: ResolversParentTypes['Order'] }
  PackageConnection: Omit<PackageConnection, 'edges' | 'nodes'> & {
    edges: ReadonlyArray<ResolversParentTypes['PackageEdge']>
    nodes: ReadonlyArray<ResolversParentTypes['Package']>
  }
  PackageEdge: Omit<PackageEdge, 'node'> & { node: ResolversParentTypes['Package'] }
  PackageEventConnection: Omit<PackageEventConnection, 'edges' | 'nodes'> & {
    edges: ReadonlyArray<ResolversParentTypes['PackageEventEdge']>
    nodes: ReadonlyArray<ResolversParentTypes['PackageEvent']>
  }
  PackageEventEdge: Omit<PackageEventEdge, 'node'> & { node: ResolversParentTypes['PackageEvent'] }
  PageInfo: PageInfo
  Boolean: Scalars['Boolean']['output']
  Int: Scalars['Int']['output']
}

export type CostDirectiveArgs = {
  weight: Scalars['Int']['input']
}

export type CostDirectiveResolver<
  Result,
  Parent,
  ContextType = RequestContext,
  Args = CostDirectiveArgs,
> = DirectiveResolverFn<Result, Parent, ContextType, Args>

export type ListSizeDirectiveArgs = {
  assumedSize: Scalars['Int']['input']
}

export type ListSizeDirectiveResolver<
  Result,
  Parent,
  ContextType = RequestContext,
  Args = ListSizeDirectiveArgs,
> = DirectiveResolverFn<Result, Parent, ContextType, Args>

export type CacheControlDirectiveArgs = {
  maxAge: Scalars['Int']['input']
}

export type CacheControlDirectiveResolver<
  Result,
  Parent,
  ContextType = RequestContext,
  Args = CacheControlDirectiveArgs,
> = DirectiveResolverFn<Result, Parent, ContextType, Args>

export type QueryResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query'],
> = {
  package?: Resolver<
    Maybe<ResolversTypes['Package']>,
    ParentType,
    ContextType,
    RequireFields<QueryPackageArgs, 'trackingId'>
  >
  packages?: Resolver<
    ResolversTypes['PackageConnection'],
    ParentType,
    ContextType,
    RequireFields<QueryPackagesArgs, 'first'>
  >
  order?: Resolver<
    Maybe<ResolversTypes['Order']>,
    ParentType,
    ContextType,
    RequireFields<QueryOrderArgs, 'orderId'>
  >
  orders?: Resolver<
    ResolversTypes['OrderConnection'],
    ParentType,
    ContextType,
    RequireFields<QueryOrdersArgs, 'first'>
  >
  event?: Resolver<
    Maybe<ResolversTypes['Event']>,
    ParentType,
    ContextType,
    RequireFields<QueryEventArgs, 'id'>
  >
}

export type SubscriptionResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription'],
> = {
  package?: SubscriptionResolver<
    ResolversTypes['Package'],
    'package',
    ParentType,
    ContextType,
    RequireFields<SubscriptionPackageArgs, 'trackingId'>
  >
  packageChanged?: SubscriptionResolver<
    ResolversTypes['Package'],
    'packageChanged',
    ParentType,
    ContextType,
    Partial<SubscriptionPackageChangedArgs>
  >
}

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime'
}

export type PackageResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['Package'] = ResolversParentTypes['Package'],
> = {
  trackingId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>
  orderId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>
  order?: Resolver<Maybe<ResolversTypes['Order']>, ParentType, ContextType>
  carrier?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  state?: Resolver<ResolversTypes['PackageState'], ParentType, ContextType>
  stateSince?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>
  history?: Resolver<
    ResolversTypes['PackageEventConnection'],
    ParentType,
    ContextType,
    RequireFields<PackageHistoryArgs, 'first'>
  >
}

export type PackageEventResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['PackageEvent'] = ResolversParentTypes['PackageEvent'],
> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>
  scan?: Resolver<ResolversTypes['ScanKind'], ParentType, ContextType>
  state?: Resolver<ResolversTypes['PackageState'], ParentType, ContextType>
  time?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>
  recordedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>
  message?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>
  location?: Resolver<Maybe<ResolversTypes['Location']>, ParentType, ContextType>
}

export type LocationResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['Location'] = ResolversParentTypes['Location'],
> = {
  city?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  country?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  latitude?: Resolver<ResolversTypes['Float'], ParentType, ContextType>
  longitude?: Resolver<ResolversTypes['Float'], ParentType, ContextType>
}

export type OrderResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['Order'] = ResolversParentTypes['Order'],
> = {
  orderId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>
  state?: Resolver<ResolversTypes['OrderState'], ParentType, ContextType>
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>
  packages?: Resolver<
    ResolversTypes['PackageConnection'],
    ParentType,
    ContextType,
    RequireFields<OrderPackagesArgs, 'first'>
  >
}

export type EventResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['Event'] = ResolversParentTypes['Event'],
> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>
  status?: Resolver<ResolversTypes['EventStatus'], ParentType, ContextType>
  scan?: Resolver<Maybe<ResolversTypes['PackageEvent']>, ParentType, ContextType>
  package?: Resolver<Maybe<ResolversTypes['Package']>, ParentType, ContextType>
  story?: Resolver<ReadonlyArray<ResolversTypes['EventStep']>, ParentType, ContextType>
}

export type EventStepResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['EventStep'] = ResolversParentTypes['EventStep'],
> = {
  kind?: Resolver<ResolversTypes['EventStepKind'], ParentType, ContextType>
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>
}

export type OrderConnectionResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['OrderConnection'] = ResolversParentTypes['OrderConnection'],
> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['OrderEdge']>, ParentType, ContextType>
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Order']>, ParentType, ContextType>
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>
}

export type OrderEdgeResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['OrderEdge'] = ResolversParentTypes['OrderEdge'],
> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  node?: Resolver<ResolversTypes['Order'], ParentType, ContextType>
}

export type PackageConnectionResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['PackageConnection'] = ResolversParentTypes['PackageConnection'],
> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['PackageEdge']>, ParentType, ContextType>
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Package']>, ParentType, ContextType>
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>
}

export type PackageEdgeResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['PackageEdge'] = ResolversParentTypes['PackageEdge'],
> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  node?: Resolver<ResolversTypes['Package'], ParentType, ContextType>
}

export type PackageEventConnectionResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['PackageEventConnection'] =
    ResolversParentTypes['PackageEventConnection'],
> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['PackageEventEdge']>, ParentType, ContextType>
  nodes?: Resolver<ReadonlyArray<ResolversTypes['PackageEvent']>, ParentType, ContextType>
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>
}

export type PackageEventEdgeResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['PackageEventEdge'] = ResolversParentTypes['PackageEventEdge'],
> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>
  node?: Resolver<ResolversTypes['PackageEvent'], ParentType, ContextType>
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
  Subscription?: SubscriptionResolvers<ContextType>
  DateTime?: GraphQLScalarType
  Package?: PackageResolvers<ContextType>
  PackageEvent?: PackageEventResolvers<ContextType>
  Location?: LocationResolvers<ContextType>
  Order?: OrderResolvers<ContextType>
  Event?: EventResolvers<ContextType>
  EventStep?: EventStepResolvers<ContextType>
  OrderConnection?: OrderConnectionResolvers<ContextType>
  OrderEdge?: OrderEdgeResolvers<ContextType>
  PackageConnection?: PackageConnectionResolvers<ContextType>
  PackageEdge?: PackageEdgeResolvers<ContextType>
  PackageEventConnection?: PackageEventConnectionResolvers<ContextType>
  PackageEventEdge?: PackageEventEdgeResolvers<ContextType>
  PageInfo?: PageInfoResolvers<ContextType>
}

export type DirectiveResolvers<ContextType = RequestContext> = {
  cost?: CostDirectiveResolver<any, any, ContextType>
  listSize?: ListSizeDirectiveResolver<any, any, ContextType>
  cacheControl?: CacheControlDirectiveResolver<any, any, ContextType>
}
