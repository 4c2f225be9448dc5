/** Runs a contender in a process of its own; it prints its sample as the last line of its output. */

import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import type { Sample } from './sample.ts'

export interface Contender {
  readonly id: string
  /** Entry, from the folder of the project. */
  readonly entry: string
  readonly env?: Readonly<Record<string, string>>
}

const root = resolve(import.meta.dirname, '../..')

export const runContender = async (
  { id, entry, env = {} }: Contender,
  shared: Readonly<Record<string, string>>,
): Promise<Sample> => {
  const output = await outputOf(id, entry, { ...shared, ...env })
  const line = output.trim().split('\n').at(-1) ?? ''
  try {
    return JSON.parse(line) as Sample
  } catch (error) {
    throw new Error(`${id} printed no sample; its last line is: ${line}`, { cause: error })
  }
}

/** A helper process of a benchmark, such as its producer. Throws with its output when it fails. */
export const outputOf = async (
  name: string,
  entry: string,
  env: Readonly<Record<string, string>>,
): Promise<string> => {
  const child = spawn(process.execPath, [resolve(root, entry)], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  let errors = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  const code = await new Promise((ended, failed) => {
    child.on('error', failed)
    child.on('close', ended)
  })
  if (code !== 0)
    throw new Error(`${name} ended with exit code ${String(code)}:\n${(errors + output).slice(-4_000)}`)
  return output
}
