/** Runs a contender in a process of its own; it prints its sample as the last line of its output. */

import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import type { Sample } from './sample.ts'

export interface Contender {
  readonly id: string
  /** The program and its arguments, from the folder of the project. */
  readonly command: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Of the records, how many it reads; default all. A slow one says as much with fewer. */
  readonly share?: number
  /** Fetches or builds what it runs on, where that is not there yet. Throws when it can't be had: it is left out then. */
  readonly prepare?: () => Promise<void>
}

export type Env = Readonly<Record<string, string>>

export const root = resolve(import.meta.dirname, '../..')

/** The command that runs a program of ours. */
export const onNode = (entry: string): readonly string[] => [process.execPath, entry]

export const runContender = async <Measured = Sample>(
  { id, command, env = {} }: Contender,
  shared: Env,
): Promise<Measured> => {
  const output = await outputOf(id, command, { ...shared, ...env })
  const line = output.trim().split('\n').at(-1) ?? ''
  try {
    return JSON.parse(line) as Measured
  } catch (error) {
    throw new Error(`${id} printed no sample; its last line is: ${line}`, { cause: error })
  }
}

/** No contender takes longer than this; one that does hangs, and is ended. */
const longestMs = 600_000

/** A program of a benchmark, such as its producer. Throws with its output when it fails. */
export const outputOf = async (
  name: string,
  [program = '', ...args]: readonly string[],
  env: Env = {},
  folder = root,
): Promise<string> => {
  const child = spawn(program, args, {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: longestMs,
    killSignal: 'SIGKILL',
  })
  let output = ''
  let errors = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  const how = await new Promise<string | undefined>((ended, failed) => {
    child.on('error', failed)
    child.on('close', (code, signal) => {
      if (code === 0) ended(undefined)
      else ended(code === null ? `was ended by ${String(signal)}` : `ended with exit code ${code}`)
    })
  })
  if (how !== undefined) throw new Error(`${name} ${how}:\n${(errors + output).slice(-4_000)}`)
  return output
}
