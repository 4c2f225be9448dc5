/** The project as another commit has it, ready to run: for what two versions of it do side by side. */

import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Test } from 'tap'

const root = resolve(import.meta.dirname, '../../..')
const git = (...args: readonly string[]): string =>
  execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()

const nodeGyp = join(root, 'node_modules/node-gyp/bin/node-gyp.js')

/** Of the Node that runs, where it has brought them: node-gyp would fetch them otherwise. */
const headers = (): readonly string[] => {
  const nodedir = resolve(process.execPath, '../..')
  return existsSync(join(nodedir, 'include/node')) ? [`--nodedir=${nodedir}`] : []
}

export interface PreviousBuild {
  readonly root: string
  readonly commit: string
}

/** TROUPE_UPGRADE_FROM, a commit or tag; default: the commit before this one. For tap's `skip`: false, or the reason. */
export const skipWithoutPrevious = (): string | false => {
  try {
    previousCommit()
    return false
  } catch {
    return 'there is no commit before this one here: a copy without history, or a shallow clone'
  }
}

/** Its own sources, the packages that are installed here; the addon is compiled where its sources differ. */
export const previousBuild = (t: Test): PreviousBuild => {
  const commit = previousCommit()
  const folder = mkdtempSync(join(tmpdir(), 'troupe-previous-'))
  t.teardown(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  const archive = join(folder, 'sources.tar')
  git('archive', '--output', archive, commit)
  execFileSync('tar', ['-xf', archive, '-C', folder])
  rmSync(archive)
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  if (hasSameAddon(commit)) symlinkSync(join(root, 'build'), join(folder, 'build'))
  else
    execFileSync(process.execPath, [nodeGyp, 'rebuild', '--loglevel=error', ...headers()], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
    })
  return { root: folder, commit }
}

const previousCommit = (): string =>
  git('rev-parse', '--verify', `${process.env['TROUPE_UPGRADE_FROM'] ?? 'HEAD~1'}^{commit}`)

const hasSameAddon = (commit: string): boolean =>
  git(
    'diff',
    '--name-only',
    commit,
    '--',
    'binding.gyp',
    'runtime/kafka/drain/*.cc',
    'runtime/kafka/drain/*.h',
  ) === ''
