/**
 * schemas/avro → schemas/types: TypeScript interfaces, `EventType` values, and the names `ctx.emit` and
 * `publisher.publish` know. schemas/graphql → control-plane/<api>/generated: the types of resolvers.
 *
 *   node tools/generate-types.ts           writes the files
 *   node tools/generate-types.ts --check   exits 1 when a file is not what would be written
 */

import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { loadSchemas } from '../runtime/system/load-schemas.ts'
import { resolverTypeSources } from './type-generation/resolver-types.ts'
import { typeSources } from './type-generation/type-source.ts'

const root = join(import.meta.dirname, '..')

/** File name → formatted source, as it should be in schemas/types. */
export const generatedTypes = async (schemaFolder: string): Promise<ReadonlyMap<string, string>> => {
  const options = await resolveConfig(join(root, 'schemas/types/index.ts'))
  const sources = typeSources(await loadSchemas(schemaFolder))
  const formatted = new Map<string, string>()
  for (const [name, source] of sources) {
    formatted.set(name, await format(source, { ...options, parser: 'typescript' }))
  }
  return formatted
}

/** The names of files in `folder` that are not what is wanted: different, missing or left over. */
export const staleTypes = async (folder: string, wanted: ReadonlyMap<string, string>): Promise<string[]> => {
  const present = (await readdir(folder)).filter((name) => name.endsWith('.ts'))
  const names = [...new Set([...present, ...wanted.keys()])].sort()
  const stale = await Promise.all(
    names.map(async (name) => {
      const content = present.includes(name) ? await readFile(join(folder, name), 'utf8') : undefined
      return content !== wanted.get(name)
    }),
  )
  return names.filter((_, index) => stale[index])
}

/** File name from the project's folder → formatted source, as it should be. */
export const generatedResolverTypes = async (): Promise<ReadonlyMap<string, string>> => {
  const formatted = new Map<string, string>()
  for (const [name, source] of await resolverTypeSources(root)) {
    const options = await resolveConfig(join(root, name))
    formatted.set(name, await format(source, { ...options, parser: 'typescript' }))
  }
  return formatted
}

/** The names of files of `wanted` that are not there or different. */
export const staleFiles = async (wanted: ReadonlyMap<string, string>): Promise<string[]> => {
  const stale: string[] = []
  for (const [name, source] of wanted) {
    const written = await readFile(join(root, name), 'utf8').catch(() => undefined)
    if (written !== source) stale.push(name)
  }
  return stale
}

const main = async (): Promise<void> => {
  const folder = join(root, 'schemas/types')
  await mkdir(folder, { recursive: true })
  const wanted = await generatedTypes(join(root, 'schemas/avro'))
  const stale = await staleTypes(folder, wanted)
  const wantedResolverTypes = await generatedResolverTypes()
  const staleResolverTypes = await staleFiles(wantedResolverTypes)
  if (process.argv.includes('--check')) {
    const all = [...stale.map((name) => `schemas/types/${name}`), ...staleResolverTypes]
    if (all.length > 0) {
      process.stderr.write(`Not up to date: ${all.join(', ')}. Run npm run generate-types.\n`)
      process.exitCode = 1
    }
    return
  }
  for (const name of stale) {
    const source = wanted.get(name)
    await (source === undefined ? rm(join(folder, name)) : writeFile(join(folder, name), source))
    process.stdout.write(`${source === undefined ? 'removed' : 'wrote'} schemas/types/${name}\n`)
  }
  for (const name of staleResolverTypes) {
    await mkdir(dirname(join(root, name)), { recursive: true })
    await writeFile(join(root, name), wantedResolverTypes.get(name) ?? '')
    process.stdout.write(`wrote ${name}\n`)
  }
}

if (import.meta.main) await main()
