/**
 * What contenders of other ecosystems run on, fetched beside them on demand: node_modules, target and build there are
 * kept out of git, what is fetched is pinned by their package-lock.json, pom.xml and go.sum.
 */

import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { outputOf, root } from './contender.ts'

const folderOf = (name: string): string => join(root, 'bench/contenders', name)

/** A contender with a package.json of its own. */
export const npmPackages = async (name: string): Promise<void> => {
  const folder = folderOf(name)
  if (isMade(join(folder, 'node_modules/.package-lock.json'), [join(folder, 'package-lock.json')])) return
  await outputOf('npm ci', ['npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund'], {}, folder)
}

export const javaClasses = async (): Promise<void> => {
  const folder = folderOf('jvm')
  const sources = ['JavaAvro', 'Parallel', 'Streams', 'Work'].map((name) =>
    join(folder, `src/main/java/bench/${name}.java`),
  )
  if (isMade(join(folder, 'target/classes/bench/Work.class'), [join(folder, 'pom.xml'), ...sources])) return
  await outputOf('mvn', ['mvn', '-B', '-q', 'clean', 'process-classes'], {}, folder)
}

/** The command of one of the JVM's contenders. */
export const java = (mainClass: string): readonly string[] => [
  'java',
  '-Xmx1g',
  '-cp',
  `${folderOf('jvm')}/target/classes:${folderOf('jvm')}/target/jars/*`,
  `bench.${mainClass}`,
]

export const goProgram = async (name: string): Promise<void> => {
  const folder = folderOf(name)
  const sources = ['main.go', 'go.mod', 'go.sum'].map((file) => join(folder, file))
  if (isMade(join(folder, 'build', name), sources)) return
  await outputOf('go build', ['go', 'build', '-o', `build/${name}`, '.'], {}, folder)
}

/** It is there, and younger than what it is made of. */
const isMade = (made: string, from: readonly string[]): boolean =>
  existsSync(made) && from.every((file) => statSync(file).mtimeMs <= statSync(made).mtimeMs)
