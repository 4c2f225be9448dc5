/** The processes of Troupe: each is a module that does its work when it is loaded, as it does when node is given its file. */

import { Command } from 'commander'

interface Startable {
  readonly says: string
  readonly run: () => Promise<unknown>
  /** It reads arguments of its own. */
  readonly takesArguments?: true
}

const processes: Readonly<Record<string, Startable>> = {
  runtime: { says: 'runs the actors of ACTORS_DIR', run: () => import('../../runtime/main.ts') },
  relay: {
    says: 'sends what actors emitted from the outbox to Kafka, indexes dead letters, runs redrives',
    run: () => import('../../runtime/relay-main.ts'),
  },
  'control-plane': { says: 'serves both GraphQL APIs', run: () => import('../../control-plane/main.ts') },
  migrate: {
    says: 'brings the tables of DATABASE_URL to this version, and ends',
    run: () => import('../../runtime/migrate-main.ts'),
  },
  'issue-api-key': {
    says: 'prints a new key, once, and nothing else; `keys create` can more',
    run: () => import('../../control-plane/auth/issue-api-key-main.ts'),
    takesArguments: true,
  },
}

export const processCommands = (): readonly Command[] =>
  Object.entries(processes).map(([name, { says, takesArguments, run }]) => {
    const command = new Command(name).description(says)
    if (takesArguments) command.argument('[arguments...]').helpOption(false).allowUnknownOption()
    return command.action(async () => {
      // The module looks for its own where they are when node is given its file.
      process.argv.splice(2, 1)
      await run()
    })
  })
