// An actor module that is broken stops the start: the error names the file, the cause and the remedy.

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import t, { type Test } from 'tap'
import { resolveOptions } from '../../../runtime/config/index.ts'
import { TroupeError } from '../../../runtime/errors.ts'
import { loadApplication } from '../../../runtime/system/application.ts'
import { discoverActors } from '../../../runtime/system/discover-actors.ts'

const root = resolve(import.meta.dirname, '../../..')
const actorSource = (name: string, more = ''): string => `
import { defineActor } from '${root}/runtime/actor/index.ts'
import { PackageScanned } from '${root}/schemas/types/index.ts'
export default defineActor({ name: '${name}', receives: { 'shipping.package.scanned': PackageScanned }, receive: () => {}, ${more} })
`

const billingSource = (name: string): string => `
import { defineActor, eventType } from '${root}/runtime/actor/index.ts'
const Sent = eventType('billing.invoice.sent', { type: 'record', name: 'sent', namespace: 'billing.invoice', fields: [] })
export default defineActor({ name: '${name}', receives: { 'billing.*': Sent }, receive: () => {} })
`

/** A folder with these files; `->` before the text: a link to it. */
const folderOf = (t: Test, files: Readonly<Record<string, string>>): string => {
  // Never the same twice: a module is imported once.
  const folder = mkdtempSync(join(tmpdir(), 'troupe-actors-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, path)
    mkdirSync(dirname(file), { recursive: true })
    if (text.startsWith('-> ')) symlinkSync(text.slice(3), file)
    else writeFileSync(file, text)
  }
  return folder
}

const failureOf = async (work: Promise<unknown>): Promise<TroupeError> => {
  try {
    await work
  } catch (error) {
    if (error instanceof TroupeError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

const broken: readonly (readonly [
  what: string,
  files: Readonly<Record<string, string>>,
  file: string,
  cause: RegExp,
  remedy: RegExp,
])[] = [
  [
    'a syntax error of JavaScript',
    { 'bad.js': 'export default {\n  oops oops\n}' },
    'bad.js',
    /Unexpected identifier.*node .*bad\.js. shows where/,
    /mend the module/,
  ],
  [
    'a syntax error of TypeScript',
    { 'bad.ts': 'export default {\n  oops oops\n}' },
    'bad.ts',
    /Expected/,
    /mend the module/,
  ],
  ['TypeScript that is more than types', { 'bad.ts': 'enum E { A }' }, 'bad.ts', /enum/, /mend the module/],
  [
    'a syntax error in a module it imports',
    { 'good.ts': "import './parts/rule.ts'\n" + actorSource('good'), 'parts/rule.ts': 'let let = 1' },
    'good.ts',
    /`let`.*good\.ts. shows where|at file:.*rule\.ts:1/,
    /mend the module/,
  ],
  [
    'no default export',
    { 'bad.ts': 'export const actor = 1' },
    'bad.ts',
    /default export is no actor/,
    /export default defineActor/,
  ],
  [
    'a default export that is no actor',
    { 'bad/bad.ts': 'export default { name: "bad" }' },
    'bad/bad.ts',
    /default export is no actor/,
    /export default defineActor/,
  ],
  [
    'a throw at import',
    { 'bad.mjs': 'throw new Error("no licence")' },
    'bad.mjs',
    /no licence/,
    /mend the module/,
  ],
  [
    'a throw of something else',
    { 'bad.mjs': 'throw "just a string"' },
    'bad.mjs',
    /just a string/,
    /mend the module/,
  ],
  [
    'an import of what is not there',
    { 'bad.ts': 'import "./missing.ts"' },
    'bad.ts',
    /missing\.ts/,
    /mend the module/,
  ],
  [
    'a wrong option',
    { 'bad.ts': actorSource('bad', 'concurrency: 0') },
    'bad.ts',
    /'bad'.*concurrency/,
    /mend the module/,
  ],
  [
    'a name that two claim',
    { 'a.ts': actorSource('twin'), 'b/b.ts': actorSource('twin') },
    'b/b.ts',
    /named 'twin', as is that of .*\/a\.ts/,
    /another name/,
  ],
  [
    'a link to nowhere',
    { 'bad.ts': '-> gone.ts' },
    'bad.ts',
    /cannot be read: ENOENT/,
    /take it out of the folder/,
  ],
  [
    'a folder that cannot be read',
    { loop: '-> loop' },
    'loop',
    /cannot be read: ELOOP/,
    /take it out of the folder/,
  ],
]

t.test('each way in which a module can be broken', async (t) => {
  for (const [what, files, file, cause, remedy] of broken) {
    const folder = folderOf(t, files)
    const { code, message, retryable } = await failureOf(discoverActors(folder))
    t.equal(code, 'ACTOR_NOT_LOADED', what)
    t.notOk(retryable, what)
    t.equal(message.slice(0, message.indexOf(': ')), join(folder, file), `${what}: the file`)
    t.match(message, cause, `${what}: the cause`)
    t.match(message.slice(message.indexOf('Remedy: ')), remedy, `${what}: the remedy`)
  }
})

t.test('a folder without actors, that is not there, or is none', async (t) => {
  const empty = folderOf(t, { 'README.md': 'nothing', 'types.d.ts': '', 'a.test.ts': '', 'x/other.ts': '' })
  t.match(await failureOf(discoverActors(empty)), { message: /holds no actor module.*ACTORS_DIR/ })
  t.match(await failureOf(discoverActors(join(empty, 'nowhere'))), { message: /nowhere.*ENOENT.*ACTORS_DIR/ })
  t.match(await failureOf(discoverActors(join(empty, 'README.md'))), { message: /ENOTDIR.*ACTORS_DIR/ })
})

t.test(
  'files, folders and links are found, sorted by name; what lies beside them is left alone',
  async (t) => {
    const folder = folderOf(t, {
      'zebra.ts': actorSource('zebra'),
      'ant/ant.ts': actorSource('ant'),
      'ant/rules.ts': 'throw new Error("not an actor of its own")',
      'ant/test/ant.test.ts': 'throw new Error("a test")',
      'elsewhere/bee.ts': actorSource('bee'),
      'bee.ts': '-> elsewhere/bee.ts',
      cat: '-> elsewhere/cat',
      'elsewhere/cat/cat.ts': actorSource('cat'),
      'node_modules/x/index.js': 'throw new Error("a package")',
      'notes.txt': 'no module',
    })
    t.same(
      (await discoverActors(folder)).map(({ definition }) => definition.name),
      ['ant', 'bee', 'cat', 'zebra'],
    )
  },
)

t.test('actors that do not go together stop the start', async (t) => {
  const load = (files: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}) =>
    failureOf(loadApplication(resolveOptions({ actorsDir: folderOf(t, files) }, env)))

  t.match(
    await load({
      'a.ts': actorSource('early'),
      'b.ts': actorSource('late', "startFrom: 'latest'"),
      'c.ts': actorSource('own', "startFrom: 'latest', group: 'own'"),
    }),
    { code: 'ACTOR_INVALID', message: /'early' and 'late' share the group troupe .* group of its own/ },
  )
  t.match(await load({ 's.ts': billingSource('stranger') }), {
    code: 'ACTOR_INVALID',
    message: /s\.ts: actor 'stranger'.*'billing'.*SCHEMAS_DIR.*KAFKA_<DOMAIN>_TOPIC/,
  })
  t.match(await load({ 'a.ts': actorSource('a') }, { KAFKA_DLQ_TOPIC: 'shipping.events' }), {
    code: 'CONFIG_INVALID',
    message: /KAFKA_DLQ_TOPIC.*actor 'a'/,
  })
  t.match(await failureOf(loadApplication(resolveOptions({ schemasDir: '/nowhere' }))), {
    code: 'SCHEMA_REFUSED',
    message: /\/nowhere/,
  })
})

t.test('who commits with its effects shares its partitions with nobody', async (t) => {
  const apart = `effects: 'kafka', order: 'key'`
  const load = (more: string) =>
    loadApplication(
      resolveOptions(
        {
          actorsDir: folderOf(t, {
            'a.ts': actorSource('forwarding', apart),
            'b.ts': actorSource('other', more),
          }),
        },
        { SCHEMAS_DIR: join(root, 'schemas/avro') },
      ),
    )
  t.match(await failureOf(load('')), {
    code: 'ACTOR_INVALID',
    message:
      /'forwarding' has effects: 'kafka' and reads topics that 'other' reads in the same group, troupe: give/,
  })
  const { actors } = await load(`group: 'others'`)
  t.match(
    actors.map(({ definition, lanes }) => [definition.name, lanes]),
    [
      ['forwarding', 1],
      ['other', 1],
    ],
  )
})

t.test('an application knows group, topics and lanes of its actors', async (t) => {
  const actorsDir = folderOf(t, {
    'a.ts': actorSource('a', "order: 'key'"),
    'b.ts': actorSource('b', "group: 'own', startFrom: 'latest'"),
    'c.ts': billingSource('c'),
  })
  const env = { KAFKA_BILLING_TOPIC: 'invoices', KAFKA_GROUP_ID: 'shop', LANES: '3', KAFKA_PREFIX: 'test.' }
  const { actors } = await loadApplication(resolveOptions({ actorsDir }, env))
  t.match(actors, [
    { definition: { name: 'a' }, group: 'shop', topics: ['test.shipping.events'], lanes: 3 },
    { definition: { name: 'b' }, group: 'own', lanes: 1 },
    { definition: { name: 'c' }, topics: ['invoices'], lanes: 1 },
  ])
})
