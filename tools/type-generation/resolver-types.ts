/**
 * schemas/graphql → the types of each API's resolvers. A parent is what our read model answers, and not what the schema
 * shows of it: `mappers` say which.
 */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { codegen } from '@graphql-codegen/core'
import * as typescript from '@graphql-codegen/typescript'
import * as typescriptResolvers from '@graphql-codegen/typescript-resolvers'
import { parse } from 'graphql'

interface Api {
  /** Below schemas/graphql. */
  readonly schema: string
  /** From the project's folder. */
  readonly output: string
  readonly context: string
  readonly mappers: Readonly<Record<string, string>>
}

const tracking = '../../read-model/tracking.ts'
const operator = '../../read-model/operator'

const apis: readonly Api[] = [
  {
    schema: 'public.graphql',
    output: 'control-plane/public/generated/resolver-types.ts',
    context: '../request-context.ts#RequestContext',
    mappers: {
      Package: `${tracking}#PackageRow`,
      PackageEvent: `${tracking}#PackageEventRow`,
      Order: '../../read-model/orders.ts#OrderRow',
      Event: '../../read-model/event-story.ts#EventStoryRow',
    },
  },
  {
    schema: 'operator.graphql',
    output: 'control-plane/operator/generated/resolver-types.ts',
    context: '../request-context.ts#RequestContext',
    mappers: {
      Cluster: `${operator}/cluster-picture.ts#ClusterPicture`,
      Node: `${operator}/cluster-picture.ts#NodeView`,
      Process: `${operator}/process-view.ts#ProcessView`,
      Actor: `${operator}/cluster-picture.ts#ActorView`,
      Group: `${operator}/cluster-picture.ts#GroupView`,
      Partition: `${operator}/partition-view.ts#PartitionView`,
      Unit: '../../../runtime/control/index.ts#UnitStatus',
      ErrorSighting: `${operator}/cluster-picture.ts#ErrorView`,
      MutationResult: '../steering/steer.ts#Steered',
      Command: '../../../runtime/store/index.ts#StoredCommand',
      CommandAnswer: '../../../runtime/store/index.ts#StoredAnswer',
      AuditEntry: '../../../runtime/control/index.ts#AuditEntry as AuditEntryRow',
      DeadLetter: '../../../runtime/control/index.ts#DeadLetterSummary',
      DeadLetterDetail: '../../../runtime/control/index.ts#StoredDeadLetter',
      DeadLetterReceipt: '../../../runtime/control/index.ts#DeadLetterReceipt as DeadLetterReceiptRow',
      RedrivePreview: '../../../runtime/control/index.ts#CampaignPreview',
      RedrivePreviewRow: '../../../runtime/control/index.ts#CampaignPreviewRow',
      Redrive: '../../../runtime/control/index.ts#Campaign',
      Replay: '../../../runtime/control/index.ts#Replay as ReplayRow',
      Registration: '../../../runtime/control/index.ts#Registration as RegistrationRow',
      EventStory: `${operator}/event-steps.ts#EventStoryRow`,
      TrackedPackage: `${tracking}#PackageRow`,
      TrackedScan: `${tracking}#PackageEventRow`,
      EventStep: `${operator}/event-steps.ts#EventStepRow`,
      ParkedKey: `${operator}/parked-keys.ts#ParkedKeyRow`,
      Pause: '../../../runtime/control/index.ts#Pause as PauseRow',
      EventType: `${operator}/cluster-picture.ts#ReadEventView`,
      EventReader: `${operator}/cluster-picture.ts#ReaderView`,
      Outbox: `${operator}/outbox-view.ts#OutboxView`,
      OutboxSlice: `${operator}/outbox-view.ts#OutboxSliceView`,
      ParkedCounts: '../../../runtime/control/index.ts#ParkedStatus',
      LogRecord: '../../../runtime/control/index.ts#ShownRecord',
      RecordPage: '../../../runtime/control/index.ts#RecordPage as RecordPageRead',
      DecodedValue: '../../../runtime/control/index.ts#DecodedValue as ValueDecoded',
      Rebalance: `${operator}/rebalance.ts#RebalanceView`,
      Promotion: '../../../runtime/control/index.ts#Promotion as PromotionRow',
      ActorVersion: `${operator}/actor-versions.ts#ActorVersionView`,
      Drain: '../../../runtime/control/index.ts#NodeDrain',
    },
  },
]

const config = {
  useTypeImports: true,
  enumsAsTypes: true,
  immutableTypes: true,
  skipTypename: true,
  // A resolver may leave out what may be null.
  maybeValue: 'T | null | undefined',
  // So that ours can be called in tests, and by one another.
  makeResolverTypeCallable: true,
  scalars: { DateTime: 'Date', SafeInt: 'number', ID: { input: 'string', output: 'string' } },
}

/** File name from the project's folder → its source, not formatted. */
export const resolverTypeSources = async (root: string): Promise<ReadonlyMap<string, string>> =>
  new Map(
    await Promise.all(
      apis.map(async ({ schema, output, context, mappers }) => {
        const source = await codegen({
          filename: output,
          schema: parse(await readFile(join(root, 'schemas/graphql', schema), 'utf8')),
          documents: [],
          plugins: [{ typescript: {} }, { resolvers: {} }],
          pluginMap: { typescript, resolvers: typescriptResolvers },
          config: { ...config, contextType: context, mappers },
        })
        return [
          output,
          `/* Generated from schemas/graphql/${schema} by \`npm run generate-types\`. */\n\n${source}`,
        ] as const
      }),
    ),
  )
