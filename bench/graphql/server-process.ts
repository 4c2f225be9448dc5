/** A server in a process of its own, for as long as it is asked. */

import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { onNode, root, type Env } from '../harness/contender.ts'
import type { Listening } from './shop.ts'

export const withServer = async <T>(
  entry: string,
  env: Env,
  work: (server: Listening) => Promise<T>,
): Promise<T> => {
  const [program = '', ...args] = onNode(entry)
  const child = spawn(program, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise<never>((_, failed) => {
    child.once('error', failed)
    child.once('exit', (code) => {
      failed(new Error(`${entry} ended with ${String(code)}`))
    })
  })
  ended.catch(() => undefined)
  try {
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
    const { value } = await Promise.race([lines.next(), ended])
    return await Promise.race([work(JSON.parse(String(value)) as Listening), ended])
  } finally {
    child.removeAllListeners('exit')
    child.kill('SIGKILL')
  }
}
