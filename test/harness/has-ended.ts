import { readFileSync } from 'node:fs'

/** Of any process, by its id; also of one that waits for its parent to take note of its end. */
export const hasEnded = (pid: number): boolean => {
  try {
    return /^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${String(pid)}/stat`, 'utf8'))
  } catch {
    return true
  }
}
