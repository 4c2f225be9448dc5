#!/usr/bin/env node
/**
 * What the image runs: `troupe runtime` (the default), `troupe relay`, `troupe control-plane`, `troupe migrate`,
 * `troupe issue-api-key …`, and the shell's `troupe dlq …`, `troupe audit …` and `troupe keys …`.
 * Options come from the environment (docs/configuration.md).
 */

import { constants } from 'node:os'

interface Command {
  readonly says: string
  /** The module does its work when it is loaded, as it does when node is given its file. */
  readonly run: () => Promise<unknown>
  /** It tells commands apart itself, and wants its name among the arguments. */
  readonly isShell?: true
}

const shell = { run: () => import('../../cli/troupe.ts'), isShell: true } as const

const commands: Readonly<Record<string, Command>> = {
  runtime: { says: 'run the actors', run: () => import('../../runtime/main.ts') },
  relay: {
    says: 'send what actors emitted from the outbox to Kafka',
    run: () => import('../../runtime/relay-main.ts'),
  },
  'control-plane': { says: 'serve both GraphQL APIs', run: () => import('../../control-plane/main.ts') },
  migrate: {
    says: 'bring the tables of DATABASE_URL to this version, and end',
    run: () => import('../../runtime/migrate-main.ts'),
  },
  'issue-api-key': {
    says: 'print a new key, once: --tenant acme --name "web shop"',
    run: () => import('../../control-plane/auth/issue-api-key-main.ts'),
  },
  dlq: { says: 'list, show, redrive and discard dead letters', ...shell },
  audit: { says: 'compare what became of records with what the log has: troupe audit GROUP', ...shell },
  keys: { says: 'create, rotate, revoke and list API keys', ...shell },
}

/**
 * In a container this is process 1, for which the kernel ignores signals that nobody listens to. Until the command
 * listens itself, a stop ends the process here; one that never listens, as migrate, is not done and must not look so.
 */
const endUntilTheCommandListens = (signal: 'SIGTERM' | 'SIGINT'): void => {
  process.on(signal, () => {
    if (process.listenerCount(signal) === 1) process.exit(128 + constants.signals[signal])
  })
}

const [name = 'runtime', ...args] = process.argv.slice(2)
const command = Object.hasOwn(commands, name) ? commands[name] : undefined
if (command === undefined) {
  const lines = Object.entries(commands).map(([each, { says }]) => `  ${each.padEnd(14)} ${says}`)
  const isAsked = ['help', '--help', '-h'].includes(name)
  process.stderr.write(
    `${isAsked ? '' : `troupe: there is no command ${name}\n`}usage: troupe COMMAND\n${lines.join('\n')}\n`,
  )
  process.exit(isAsked ? 0 : 2)
}
endUntilTheCommandListens('SIGTERM')
endUntilTheCommandListens('SIGINT')
// The command reads its arguments where it does without this entry.
process.argv.splice(2, process.argv.length, ...(command.isShell ? [name, ...args] : args))
await command.run()
