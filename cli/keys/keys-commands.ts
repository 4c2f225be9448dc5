/** `troupe keys …`: API keys are created, replaced, revoked and listed. */

import { Command } from 'commander'

import {
  endOthers,
  issueApiKey,
  type KeyOwner,
  listApiKeys,
  type ListedKey,
  revokeApiKey,
  revokeOperatorKey,
} from '../../control-plane/auth/api-key.ts'
import { operatorRoles, tenantScopes } from '../../control-plane/auth/key-holder.ts'
import { resolveOptions } from '../../runtime/config/index.ts'
import { TroupeError } from '../../runtime/errors.ts'
import { type Database, openDatabase } from '../../runtime/store/index.ts'
import { durationMs } from '../time-option.ts'
import { keyTable } from './key-text.ts'

export const keysCommands = (): Command =>
  new Command('keys')
    .description('API keys: who may ask the two APIs')
    .addHelpText(
      'after',
      `
  troupe keys create --tenant acme --name "web shop" --expires 90d    prints a key, the only time it is seen
  troupe keys create --role viewer --name "Ada's laptop"
  troupe keys rotate --tenant acme --name "web shop" --grace 7d       a new key; the old one lives on for a week
  troupe keys list                                                    which there are, and when they were used
  troupe keys revoke trp_Zk3Vx1aB                                     ends it within a second`,
    )
    .addCommand(createCommand())
    .addCommand(rotateCommand())
    .addCommand(revokeCommand())
    .addCommand(listCommand())

interface OwnerOptions {
  readonly tenant?: string
  readonly role?: string
  readonly name: string
  readonly expires?: string
  readonly json?: boolean
}

const withOwnerOptions = (command: Command): Command =>
  command
    .option('--tenant <tenant>', 'a key for the public API, for this tenant')
    .option('--role <role>', `a key for the operators' API: ${operatorRoles.join(', ')}`)
    .requiredOption('--name <name>', 'what it is for, in words')
    .option('--expires <after>', 'it ends by itself: 90d, 12h; default: never')
    .option('--json', 'for programs: { key, prefix, expiresAt }')

const createCommand = (): Command =>
  withOwnerOptions(new Command('create').description('a new key, printed once'))
    .option('--scope <scope...>', `what a tenant's key may do: ${tenantScopes.join(', ')}; default: all`)
    .action(async (options: OwnerOptions & { readonly scope?: readonly string[] }) => {
      const owner = ownerIn(options)
      const scopes = scopesAsked(owner, options.scope)
      const expiresAt = laterBy('--expires', options.expires)
      const issued = await withDatabase(async ({ sql }) => {
        if ((await liveOf(sql, owner, options.name)).length > 0)
          throw new TroupeError(
            'CONFIG_INVALID',
            `a key named "${options.name}" lives already; troupe keys rotate makes its successor`,
          )
        return issueApiKey(sql, { ...owner, name: options.name, scopes, expiresAt })
      })
      print(options, { ...issued, expiresAt })
    })

const rotateCommand = (): Command =>
  withOwnerOptions(
    new Command('rotate').description('a new key in the place of one that lives; both live for a while'),
  )
    .option('--grace <time>', 'how long the old one lives on: 7d, 1h, 0s', '1d')
    .action(async (options: OwnerOptions & { readonly grace: string }) => {
      const owner = ownerIn(options)
      const expiresAt = laterBy('--expires', options.expires)
      const oldEndsAt = laterBy('--grace', options.grace) ?? new Date()
      const { ended, ...issued } = await withDatabase(async ({ sql }) => {
        const [old] = await liveOf(sql, owner, options.name)
        if (old === undefined)
          throw new TroupeError(
            'CONFIG_INVALID',
            `no key named "${options.name}" lives; troupe keys create makes one`,
          )
        // What the old one may do the new one may.
        const scopes = tenantScopes.filter((scope) => old.scopes?.includes(scope))
        const made = await issueApiKey(sql, {
          ...owner,
          name: options.name,
          scopes: old.scopes === null ? undefined : scopes,
          expiresAt,
        })
        const others = await endOthers(sql, { ...owner, name: options.name }, made.prefix, oldEndsAt)
        return { ...made, ended: others }
      })
      print(options, { ...issued, expiresAt })
      if (!options.json) console.error(`${ended.join(', ')} ends at ${oldEndsAt.toISOString()}`)
    })

const revokeCommand = (): Command =>
  new Command('revoke')
    .description('ends a key, within a second')
    .argument('<prefix>', 'its first characters, as `list` shows them')
    .action(async (prefix: string) => {
      const revoked = await withDatabase(async ({ sql }) => {
        const found = (await listApiKeys(sql, { dead: false })).filter((key) => key.prefix === prefix)
        const counts = await Promise.all(
          [...new Set(found.map(({ tenant }) => tenant))].map((tenant) =>
            tenant === null ? revokeOperatorKey(sql, prefix) : revokeApiKey(sql, tenant, prefix),
          ),
        )
        return counts.reduce((sum, count) => sum + count, 0)
      })
      if (revoked === 0)
        throw new TroupeError(
          'CONFIG_INVALID',
          `no key that begins with ${prefix} lives; troupe keys list shows those there are`,
        )
      console.log(`${String(revoked)} revoked`)
    })

const listCommand = (): Command =>
  new Command('list')
    .description('keys, last issued first; the keys themselves are not known')
    .option('--tenant <tenant>', 'of this tenant')
    .option('--all', 'also those that have ended')
    .option('--json', 'for programs')
    .action(async ({ tenant, all, json }: { tenant?: string; all?: boolean; json?: boolean }) => {
      const keys = await withDatabase(({ sql }) => listApiKeys(sql, { tenant, dead: all ?? false }))
      if (json) console.log(JSON.stringify(keys))
      else console.log(keys.length === 0 ? 'no keys' : keyTable(keys))
    })

const print = (
  { json }: { readonly json?: boolean },
  issued: { readonly key: string; readonly prefix: string; readonly expiresAt: Date | undefined },
): void => {
  console.log(json ? JSON.stringify({ ...issued, expiresAt: issued.expiresAt ?? null }) : issued.key)
}

const ownerIn = ({ tenant, role, name }: OwnerOptions): KeyOwner => {
  if (name.trim() === '') throw new TroupeError('CONFIG_INVALID', '--name is empty: it tells keys apart')
  if ((tenant === undefined) === (role === undefined))
    throw new TroupeError(
      'CONFIG_INVALID',
      '--tenant or --role, one of them: it says which API the key opens',
    )
  if (tenant !== undefined && tenant !== '') return { tenant }
  const known = operatorRoles.find((one) => one === role)
  if (known !== undefined) return { role: known }
  throw new TroupeError(
    'CONFIG_INVALID',
    role === undefined ? '--tenant is empty' : `--role is "${role}"; it must be ${operatorRoles.join(', ')}`,
  )
}

const scopesAsked = (owner: KeyOwner, asked: readonly string[] | undefined) => {
  if (asked === undefined) return undefined
  if ('role' in owner)
    throw new TroupeError('CONFIG_INVALID', "--scope is for tenants' keys: an operator's key has its role")
  const scopes = tenantScopes.filter((scope) => asked.includes(scope))
  const unknown = asked.find((name) => !tenantScopes.some((scope) => scope === name))
  if (unknown === undefined) return scopes
  throw new TroupeError('CONFIG_INVALID', `--scope is "${unknown}"; it must be ${tenantScopes.join(' or ')}`)
}

const laterBy = (option: string, text: string | undefined): Date | undefined =>
  text === undefined ? undefined : new Date(Date.now() + durationMs(option, text))

const liveOf = async (sql: Database['sql'], owner: KeyOwner, name: string): Promise<readonly ListedKey[]> => {
  const tenant = 'tenant' in owner ? owner.tenant : null
  const keys = await listApiKeys(sql, { tenant: tenant ?? undefined, dead: false })
  return keys.filter(
    (key) => key.name === name && key.tenant === tenant && ('tenant' in owner || key.role === owner.role),
  )
}

const withDatabase = async <T>(work: (database: Database) => Promise<T>): Promise<T> => {
  const { databaseUrl } = resolveOptions({}, process.env)
  const database = openDatabase({ url: databaseUrl, applicationName: 'troupe-cli', maxConnections: 1 })
  try {
    return await work(database)
  } finally {
    await database.close()
  }
}
