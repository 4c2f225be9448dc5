/** Errors that the consumer meets itself, in the form in which librdkafka tells its own. */

import { TroupeError } from '../errors.ts'
import type { SourceEvent } from './drain/index.ts'
import { faultOf } from './kafka-error.ts'

export const errorEvent = (thrown: unknown, doing: string, detail?: string): SourceEvent => {
  if (thrown instanceof TroupeError) return localEvent(thrown.message)
  const { code, message } = faultOf(thrown)
  const text = detail === undefined ? message : `${message} (${detail})`
  return { kind: 'error', at: undefined, code, message: `${doing}${text}`, offset: undefined }
}

/** Of our own making: without a number of librdkafka's. */
export const localEvent = (message: string): SourceEvent => ({
  kind: 'error',
  at: undefined,
  code: -1,
  message,
  offset: undefined,
})
