/** What `make services-up` started, for `make services-down`: `.services/state.json`. */

import { readFileSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { cacheFolder } from './maven.ts'

export interface RunningService {
  readonly name: string
  readonly pid: number
  /** Pids come again: the process is ours only if it also began when ours did. See `startOf`. */
  readonly startedAt: string
  /** Its data, removed with it. */
  readonly folder: string
  /** What to export for it. */
  readonly variable: string
  readonly address: string
}

interface State {
  readonly version: 1
  readonly services: readonly RunningService[]
}

const file = join(cacheFolder, 'state.json')

export const readState = async (): Promise<readonly RunningService[]> => {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined) return []
  const state = JSON.parse(text) as State
  return state.services
}

export const writeState = async (services: readonly RunningService[]): Promise<void> => {
  if (services.length === 0) return rm(file, { force: true })
  await mkdir(cacheFolder, { recursive: true })
  const state: State = { version: 1, services }
  // The address of Postgres holds its password.
  await writeFile(file, `${JSON.stringify(state, undefined, 2)}\n`, { mode: 0o600 })
}

/**
 * When a process began, in clock ticks since the machine did: field 22 of /proc/<pid>/stat, see proc(5). The second
 * field is the program's name in brackets and may hold anything. undefined: there is no such process.
 */
export const startOf = (pid: number): string | undefined => {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
    const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return state === 'Z' ? undefined : rest[18]
  } catch {
    return undefined
  }
}

export const isRunning = ({ pid, startedAt }: RunningService): boolean => startOf(pid) === startedAt

export const exportLines = (services: readonly RunningService[]): string =>
  services.map(({ variable, address }) => `export ${variable}='${address}'`).join('\n')
