/** Processes that a process has started and that are still there, told by what their command line names. Linux: see proc(5). */

import { readdirSync, readFileSync } from 'node:fs'

export const childrenOf = (parent: number, named: string): readonly number[] =>
  readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && parentOf(pid) === parent && textOf(pid, 'cmdline').includes(named))

/** The second field after the name, which is in parentheses and may hold any character. */
const parentOf = (pid: number): number => {
  const stat = textOf(pid, 'stat')
  return Number(stat.slice(stat.lastIndexOf(')')).split(' ')[2])
}

const textOf = (pid: number, file: string): string => {
  try {
    return readFileSync(`/proc/${String(pid)}/${file}`, 'utf8')
  } catch {
    // It has ended meanwhile.
    return ''
  }
}
