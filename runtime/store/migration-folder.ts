/**
 * A folder of migrations: `NNN.do.name.sql`. Read and checked before anything is run, so that a wrong folder stops with
 * a sentence that names the file.
 */

import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'

import { messageOf, TroupeError } from '../errors.ts'

export interface MigrationFile {
  readonly version: number
  /** The file's name without its folder. */
  readonly file: string
  /** Of the content with line ends as LF, so that a checkout on another system is the same. */
  readonly md5: string
}

/** A migration that ran, as the table of records says. */
export interface MigrationRecord {
  readonly version: number
  readonly name: string | null
  readonly md5: string | null
}

const fileName = /^(\d+)\.do\.[\w-]+\.sql$/

export const readMigrations = async (folder: string): Promise<readonly MigrationFile[]> => {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw failed(`the folder ${folder} cannot be read: ${messageOf(cause)}`, cause)
  })
  const files: MigrationFile[] = []
  for (const name of names.filter((candidate) => candidate.endsWith('.sql')).sort()) {
    const version = Number(fileName.exec(name)?.[1] ?? 0)
    if (version === 0)
      throw failed(`${join(folder, name)} must be called NNN.do.name.sql, with a number above 0`)
    const twin = files.find((file) => file.version === version)
    if (twin)
      throw failed(`${twin.file} and ${name} have the same number: give one of them the next free one`)
    const text = await readFile(join(folder, name), 'utf8')
    const md5 = createHash('md5')
      .update(text.replaceAll(/\r\n|\r/g, '\n'))
      .digest('hex')
    files.push({ version, file: basename(name), md5 })
  }
  if (files.length === 0) throw failed(`the folder ${folder} has no migrations (NNN.do.name.sql)`)
  return files.sort((a, b) => a.version - b.version)
}

export interface MigrationPlan {
  /** In the order to run them. */
  readonly pending: readonly MigrationFile[]
  /** Why none may run; undefined when all is well. */
  readonly objection: string | undefined
}

/** Pure: what of `files` is still to run, given what ran. A record without its file is a newer Troupe's: left alone. */
export const planMigrations = (
  files: readonly MigrationFile[],
  records: readonly MigrationRecord[],
): MigrationPlan => {
  const ran = new Map(records.map((record) => [record.version, record]))
  const newest = Math.max(0, ...ran.keys())
  const pending = files.filter(({ version }) => !ran.has(version))
  const changed = files.find(({ version, md5 }) => (ran.get(version)?.md5 ?? md5) !== md5)
  const late = pending.find(({ version }) => version < newest)
  return {
    pending,
    objection: changed ? objectToChange(changed) : late ? objectToLate(late, newest) : undefined,
  }
}

const objectToChange = ({ file }: MigrationFile): string =>
  `${file} was changed after it ran here. Put it back as it was, and make the change in a new file with the next number.`

const objectToLate = ({ file }: MigrationFile, newest: number): string =>
  `${file} has a lower number than ${String(newest)}, which ran here already. Give it a number above ${String(newest)}.`

export const failed = (why: string, cause?: unknown): TroupeError =>
  new TroupeError('MIGRATION_FAILED', `Migrations were not run: ${why}`, { cause })
