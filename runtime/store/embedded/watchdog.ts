/**
 * Ends a process of ours when we are gone, SIGKILL included: a shell that reads pids from a pipe whose other end only
 * we hold. When the pipe ends it stops the last pid it was told, and removes the folder it was given.
 */

import { spawn, type ChildProcess } from 'node:child_process'

/** $0 the folder to remove, or ''. An empty line: there is nothing to stop. */
const script = `pid=
while read -r line; do pid=$line; done
if [ -n "$pid" ]; then
  kill -CONT "$pid"; kill -INT "$pid"; n=0
  while kill -0 "$pid" && [ $n -lt 100 ]; do sleep 0.1; n=$((n+1)); done
  kill -KILL "$pid"
fi 2>/dev/null
[ -z "$0" ] || rm -rf "$0"`

export class Watchdog {
  readonly #shell: ChildProcess

  /** `folder`: removed when this process ends without `release`. */
  constructor(folder?: string) {
    this.#shell = spawn('/bin/sh', ['-c', script, folder ?? ''], {
      cwd: '/',
      detached: true, // a Ctrl-C in the terminal is not for it
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    // Without a shell nobody watches, and everything else works all the same.
    this.#shell.on('error', () => undefined)
    this.#shell.stdin?.on('error', () => undefined)
    this.#shell.unref()
    // Nor does the pipe keep this process alive.
    const pipe: unknown = this.#shell.stdin
    ;(pipe as { unref(): void }).unref()
  }

  /** undefined: it has ended, and its pid may soon be somebody else's. */
  watch(pid: number | undefined): void {
    this.#shell.stdin?.write(`${String(pid ?? '')}\n`)
  }

  release(): void {
    this.#shell.kill('SIGKILL')
  }
}
