/** All checks at once, each with a bound of its own: one that never answers holds up no other. */

import { messageOf } from '../../runtime/errors.ts'
import { fail, type Check, type CheckedFinding, type Finding } from './finding.ts'

/** In the order of the checks, whichever was first. */
export const runChecks = async (
  checks: readonly Check[],
  boundMs: number,
): Promise<readonly CheckedFinding[]> => {
  const found = await Promise.all(checks.map(async (check) => named(check.name, await ran(check, boundMs))))
  return found.flat()
}

const ran = async ({ run, remedy }: Check, boundMs: number): Promise<readonly Finding[]> => {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<readonly Finding[]>((resolve) => {
    timer = setTimeout(() => resolve([fail(`no answer within ${String(boundMs)} ms`, remedy)]), boundMs)
  })
  try {
    return await Promise.race([run(), tooLate])
  } catch (error) {
    return [fail(messageOf(error), remedy)]
  } finally {
    clearTimeout(timer)
  }
}

const named = (check: string, findings: readonly Finding[]): readonly CheckedFinding[] =>
  findings.map((finding) => ({ check, ...finding }))
