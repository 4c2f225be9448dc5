/** What the control plane reads and writes of dead letters: the same as whoever redrives them. */

import type { CampaignPreview } from '../delivery/index.ts'

export type {
  Campaign,
  CampaignPreview,
  CampaignState,
  DeadLetterFilter,
  DeadLetterIndex,
  DeadLetterReceipt,
  DeadLetterState,
  DeadLetterSummary,
  ParkingStore,
  RedriveStore,
  StoredDeadLetter,
  Unit,
} from '../delivery/index.ts'
export { campaignTransitions } from '../delivery/index.ts'

export type CampaignPreviewRow = CampaignPreview['byActorAndError'][number]
