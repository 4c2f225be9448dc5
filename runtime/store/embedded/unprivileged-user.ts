/**
 * Postgres refuses to run as root. Where this process is root its servers run as another user of the machine, and
 * everything they touch must be reachable by that user: a checkout below a folder of mode 700 is not.
 */

import { readFileSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

export interface OsUser {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

/** In order of preference; one of them is on every Linux. None is created: that is the machine owner's business. */
const candidates = ['postgres', 'nobody']

/** undefined: this process is no root, servers run as what it is. Throws when there is no user to run as. */
export const unprivilegedUser = (): OsUser | undefined => {
  if (process.getuid?.() !== 0) return undefined
  const users = readFileSync('/etc/passwd', 'utf8').split('\n').map(parsePasswdLine)
  for (const name of candidates) {
    const user = users.find((candidate) => candidate?.name === name)
    if (user !== undefined) return user
  }
  throw new Error(
    `Postgres refuses to run as root and /etc/passwd has none of the users ${candidates.join(', ')}: add one, or run as an ordinary user`,
  )
}

/** `name:password:uid:gid:…`, see passwd(5). */
const parsePasswdLine = (line: string): OsUser | undefined => {
  const [name, , uid, gid] = line.split(':')
  return name && uid && gid && uid !== '0' ? { name, uid: Number(uid), gid: Number(gid) } : undefined
}

const searchBits = { owner: 0o100, group: 0o010, others: 0o001 }

/** May `user` pass through every folder above `path`? Reads mode bits only: the answer is a hint, no permission. */
export const isReachable = (path: string, user: OsUser): boolean => {
  for (let folder = dirname(resolve(path)); ; folder = dirname(folder)) {
    const { mode, uid, gid } = statSync(folder)
    const bit = uid === user.uid ? searchBits.owner : gid === user.gid ? searchBits.group : searchBits.others
    if ((mode & bit) === 0) return false
    if (folder === dirname(folder)) return true
  }
}
