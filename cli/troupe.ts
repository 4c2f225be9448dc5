/**
 * `troupe lag`: Troupe from a shell. Tables for people on stdout, `--json` for programs; what went wrong on stderr.
 * A process that is started (`troupe runtime`) loads nothing of the commands.
 */

import { start, startableIn } from './processes/processes.ts'

// Each blocking call of librdkafka holds one of libuv's threads, which are counted when the first is needed.
process.env['UV_THREADPOOL_SIZE'] ??= '16'

const startable = startableIn(process.argv.slice(2))
if (startable === undefined) {
  const { runCommand } = await import('./run-command.ts')
  await runCommand()
} else await start(startable)
