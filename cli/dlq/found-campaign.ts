/** A campaign that somebody named. */

import type { Campaign, RedriveStore } from '../../runtime/delivery/index.ts'
import { TroupeError } from '../../runtime/errors.ts'

/** Throws CONFIG_INVALID when there is none. */
export const foundCampaign = async (store: RedriveStore, id: number): Promise<Campaign> => {
  const campaign = await store.campaign(id)
  if (campaign === undefined)
    throw new TroupeError(
      'CONFIG_INVALID',
      `there is no redrive campaign ${String(id)}; troupe dlq campaigns lists them`,
    )
  return campaign
}
