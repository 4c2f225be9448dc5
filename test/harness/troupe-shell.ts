/** A `troupe` command, as a shell runs it. */

import { spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'

export interface ShellAnswer {
  /** null when a signal ended it. */
  readonly code: number | null
  readonly out: string
  readonly err: string
}

export interface TroupeShell {
  readonly process: ChildProcess
  /** What it has printed so far. */
  readonly texts: Omit<ShellAnswer, 'code'>
  /** When it has ended. */
  readonly answer: Promise<ShellAnswer>
}

const entry = join(import.meta.dirname, '../../cli/troupe.ts')

/** `env`: all of it. */
export const startTroupe = (args: readonly string[], env: NodeJS.ProcessEnv): TroupeShell => {
  const child = spawn(process.execPath, [entry, ...args], { env })
  const texts = { out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (texts.out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (texts.err += text))
  const answer = new Promise<number | null>((resolve) => child.once('close', resolve)).then((code) => ({
    code,
    ...texts,
  }))
  return { process: child, texts, answer }
}
