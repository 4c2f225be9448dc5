/** The processes of Troupe: each is a module that does its work when it is loaded, as it does when node is given its file. */

export interface Startable {
  readonly says: string
  readonly load: () => Promise<unknown>
  /** It reads arguments of its own. */
  readonly takesArguments?: true
}

export const processes: Readonly<Record<string, Startable>> = {
  runtime: { says: 'runs the actors of ACTORS_DIR', load: () => import('../../runtime/main.ts') },
  relay: {
    says: 'sends what actors emitted from the outbox to Kafka, indexes dead letters, runs redrives',
    load: () => import('../../runtime/relay-main.ts'),
  },
  'control-plane': { says: 'serves both GraphQL APIs', load: () => import('../../control-plane/main.ts') },
  migrate: {
    says: 'brings the tables of DATABASE_URL to this version, and ends',
    load: () => import('../../runtime/migrate-main.ts'),
  },
  'issue-api-key': {
    says: 'prints a new key, once, and nothing else; `troupe keys create` can more',
    load: () => import('../../control-plane/auth/issue-api-key-main.ts'),
    takesArguments: true,
  },
}

/** The process that these arguments start, where they ask for nothing else, such as its help. */
export const startableIn = ([name = '', ...rest]: readonly string[]): Startable | undefined => {
  const found = Object.hasOwn(processes, name) ? processes[name] : undefined
  return rest.length === 0 || found?.takesArguments ? found : undefined
}

export const start = async ({ load }: Startable): Promise<void> => {
  // The module finds its arguments where they are when node is given its file.
  process.argv.splice(2, 1)
  await load()
}
