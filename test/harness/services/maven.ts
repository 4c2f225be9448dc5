/** Fetches what runs on Java from Maven's repository, once, into the project's `.services` folder. */

import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { servicesUnavailable } from './availability.ts'

const run = promisify(execFile)

export const cacheFolder = join(import.meta.dirname, '../../../.services')
const plugin = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1'

export interface Artifact {
  readonly group: string
  readonly name: string
  readonly version: string
  readonly type?: 'zip'
  readonly classifier?: string
}

export interface FetchOptions {
  /** The folder's name below `.services`. It names the version: what is there is never fetched again. */
  readonly folder: string
  readonly artifacts: readonly Artifact[]
  /** copy: jars with all they depend on. unpack: the artifacts alone, taken apart. */
  readonly goal: 'copy-dependencies' | 'unpack-dependencies'
  /** Said before fetching, since it takes a while. */
  readonly announce: string
  readonly log: (message: string) => void
}

/** The folder with the files. A fetch that is cut leaves nothing: it is made beside and renamed. */
export const fetchArtifacts = async ({
  folder,
  artifacts,
  goal,
  announce,
  log,
}: FetchOptions): Promise<string> => {
  const place = join(cacheFolder, folder)
  if (existsSync(place)) return place
  const unavailable = await servicesUnavailable()
  if (unavailable !== undefined) throw new Error(unavailable)

  log(`fetching ${announce}, once`)
  const started = performance.now()
  await mkdir(cacheFolder, { recursive: true })
  const draft = await mkdtemp(join(cacheFolder, `${folder}.draft-`))
  try {
    await writeFile(join(draft, 'pom.xml'), pom(artifacts, goal === 'unpack-dependencies'))
    const options = [`-DoutputDirectory=${join(draft, 'files')}`, '-DincludeScope=runtime']
    await run('mvn', ['-B', '-q', '-f', join(draft, 'pom.xml'), `${plugin}:${goal}`, ...options], {
      maxBuffer: 64 * 1024 * 1024,
    }).catch((error: unknown) => {
      const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
      throw new Error(`Maven could not fetch ${announce}:\n${(stdout + stderr).slice(-2_000)}`, {
        cause: error,
      })
    })
    await rename(join(draft, 'files'), place).catch((error: unknown) => {
      if (!existsSync(place)) throw error // another process was quicker
    })
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
  log(`fetched in ${((performance.now() - started) / 1000).toFixed(1)} s`)
  return place
}

const pom = (
  artifacts: readonly Artifact[],
  alone: boolean,
): string => `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>troupe</groupId><artifactId>services</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>${artifacts.map((artifact) => dependency(artifact, alone)).join('')}</dependencies>
</project>
`

/** Alone: what it depends on is not even looked up, since some of it is in no repository that Maven knows. */
const dependency = ({ group, name, version, type, classifier }: Artifact, alone: boolean): string => `
    <dependency>
      <groupId>${group}</groupId><artifactId>${name}</artifactId><version>${version}</version>
      ${type ? `<type>${type}</type>` : ''}${classifier ? `<classifier>${classifier}</classifier>` : ''}
      ${alone ? '<exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions>' : ''}
    </dependency>`
