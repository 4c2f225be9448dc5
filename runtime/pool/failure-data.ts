/** Whatever was thrown, as data that survives the way to another thread and into a header. */

import { errorCodes, TroupeError } from '../errors.ts'
import { jsonText } from './json-text.ts'
import type { FailureData } from './messages.ts'

const maxMessageLength = 2_000
const maxStackLength = 8_000

const capped = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length)}… (${String(text.length - length)} more characters)`

/** How a value reads in a sentence; never throws, also for a value whose own conversion does. */
export const described = (value: unknown): string => {
  try {
    if (typeof value === 'string') return capped(JSON.stringify(value), 200)
    if (typeof value === 'function') return `the function ${value.name || '(anonymous)'}`
    if (typeof value === 'object' && value !== null) return capped(jsonText(value) ?? 'an object', 200)
    return capped(String(value), 200)
  } catch {
    return `a value of type ${typeof value} that can't be shown`
  }
}

const textOf = (read: () => unknown): string => {
  try {
    const text = read()
    return typeof text === 'string' ? text : ''
  } catch {
    return '' // a getter that throws must not hide the failure it belongs to
  }
}

/** Never throws, whatever was thrown. */
export const failureData = (thrown: unknown): FailureData => {
  if (!(thrown instanceof Error)) {
    return {
      code: 'HANDLER_FAILED',
      class: thrown === null ? 'null' : typeof thrown,
      message: capped(`thrown without an Error: ${described(thrown)}`, maxMessageLength),
      stack: '',
    }
  }
  return {
    code: textOf(() => (thrown as Error & { code?: unknown }).code) || 'HANDLER_FAILED',
    class: textOf(() => thrown.name) || 'Error',
    message: capped(
      textOf(() => thrown.message),
      maxMessageLength,
    ),
    stack: capped(
      textOf(() => thrown.stack),
      maxStackLength,
    ),
  }
}

/** Back to an error on the main thread, for code that only knows how to fail. */
export const errorOf = (failure: FailureData): Error => {
  const message = failure.message || failure.class
  if (Object.hasOwn(errorCodes, failure.code)) {
    return new TroupeError(failure.code as keyof typeof errorCodes, message, { cause: failure })
  }
  return new Error(`${failure.class} (${failure.code}): ${message}`, { cause: failure })
}
