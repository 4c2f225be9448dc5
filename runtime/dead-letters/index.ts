export {
  DeadLetterOffice,
  type DeadLetterOfficePorts,
  type DeadLetterOfficeStatus,
} from './dead-letter-office.ts'
export { runCampaign, type CampaignEnd } from './run-campaign.ts'
