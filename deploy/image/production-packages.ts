/** The packages that production code can reach: a walk over `dependencies` from Troupe's own package.json. */

import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>
}

/**
 * Folders of packages, from `root` (`node_modules/pino`, `node_modules/a/node_modules/b`), sorted. What is named in
 * `without`, and what only that needs, is left out. Throws for a package that is needed and not installed.
 */
export const productionPackages = (root: string, without: readonly string[]): readonly string[] => {
  const found = new Set<string>()
  const waiting = [root]
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    for (const { name, isOptional } of needsOf(folder)) {
      if (without.includes(name)) continue
      const installed = resolved(name, folder, root)
      if (installed === undefined && !isOptional) {
        throw new Error(
          `${name}, which ${relative(root, folder) || 'Troupe'} needs, is not installed: run npm ci`,
        )
      }
      if (installed === undefined || found.has(installed)) continue
      found.add(installed)
      waiting.push(installed)
    }
  }
  return [...found].map((folder) => relative(root, folder)).sort()
}

interface Need {
  readonly name: string
  /** Another platform's, or a peer that the package can do without. */
  readonly isOptional: boolean
}

const needsOf = (folder: string): readonly Need[] => {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
  const optional = Object.keys(manifest.optionalDependencies ?? {})
  const needed = Object.keys(manifest.dependencies ?? {}).filter((name) => !optional.includes(name))
  // A peer that is optional comes with whoever asks for it as a dependency.
  const peers = Object.keys(manifest.peerDependencies ?? {}).filter(
    (name) => manifest.peerDependenciesMeta?.[name]?.optional !== true,
  )
  return [
    ...[...needed, ...peers].map((name) => ({ name, isOptional: false })),
    ...optional.map((name) => ({ name, isOptional: true })),
  ]
}

/** As Node looks for it: in the package's own node_modules, then in those above. */
const resolved = (name: string, from: string, root: string): string | undefined => {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name)
    if (existsSync(join(candidate, 'package.json'))) return candidate
    if (folder === root) return undefined
  }
}
