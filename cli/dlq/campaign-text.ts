/** A redrive campaign in a sentence. */

import type { Campaign } from '../../runtime/delivery/index.ts'

export const campaignText = ({ id, state, redriven, skipped, refused, settled }: Campaign): string =>
  `campaign ${String(id)} is ${state}: ${String(redriven)} redriven, ${String(skipped)} skipped, ${String(refused)} refused by the broker, ${String(settled)} handled otherwise meanwhile`
