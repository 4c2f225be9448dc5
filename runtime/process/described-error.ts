/** An error as fields of a log line. */

import { TroupeError } from '../errors.ts'

/** A bug is found by its stack; everything else has a sentence to act on. */
export const describedError = (error: unknown): object => {
  if (!(error instanceof Error)) return { message: String(error) }
  const { name, message, stack, cause } = error
  const known = error instanceof TroupeError ? error : undefined
  return {
    ...(known ? { code: known.code, retryable: known.retryable } : { name }),
    ...((known === undefined || known.code === 'BUG') && { stack }),
    message,
    ...(cause !== undefined && { cause: describedError(cause) }),
  }
}
