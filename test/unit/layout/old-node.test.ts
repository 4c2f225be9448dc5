// Every npm script works from a shell whose Node is too old: it starts itself again on the fetched one.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import t from 'tap'
import { isNewEnough } from '../../../tools/node-runtime.mjs'

const root = resolve(import.meta.dirname, '../../..')

/** PATH as the shell had it, before the fetched Node was put first. */
const shellPath = (process.env['PATH'] ?? '')
  .split(delimiter)
  .filter((folder) => !folder.startsWith(root))
  .join(delimiter)

const versionOf = (node: string): string =>
  existsSync(node) ? spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim() : ''

const oldNode = shellPath
  .split(delimiter)
  .map((folder) => join(folder, 'node'))
  .find((node) => versionOf(node) !== '' && !isNewEnough(versionOf(node)))

const unavailable = oldNode === undefined ? 'the shell has no Node older than 22.18' : false

t.test(
  'an npm script runs on a new Node from a shell with an old one',
  { skip: process.env['CI'] ? false : unavailable },
  async (t) => {
    const ran = spawnSync('npm', ['run', '--silent', 'versions'], {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, PATH: shellPath, NODE_OPTIONS: '' },
    })
    t.equal(ran.status, 0, ran.stderr)
    const version = /^node (.+)$/m.exec(ran.stdout)?.[1] ?? ''
    t.ok(isNewEnough(version), `it ran on ${version}, the shell has ${versionOf(oldNode ?? '')}`)
  },
)

t.test('versions are told apart', async (t) => {
  for (const version of ['v22.18.0', '23.6.0', 'v24.0.0', '26.1.0']) t.ok(isNewEnough(version), version)
  for (const version of ['v20.20.2', '22.17.1', 'v23.5.0', '18.0.0']) t.notOk(isNewEnough(version), version)
})

t.test('scripts go through the runner, which does the set-up', async (t) => {
  const { default: manifest } = (await import('../../../package.json', { with: { type: 'json' } })) as {
    default: { scripts: Record<string, string> }
  }
  for (const [name, script] of Object.entries(manifest.scripts)) {
    if (name === 'install') t.match(script, 'node-gyp')
    else t.match(script, /^node tools\/run\.mjs /, name)
  }
})
