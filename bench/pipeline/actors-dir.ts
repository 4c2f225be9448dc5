/** Where the actors of a run are: a folder of this benchmark, or one made for the run where there are several of them. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const folder = join(import.meta.dirname, 'actors')

export const actorsDir = (): string => {
  const count = Number(process.env['BENCH_ACTORS'] ?? 1)
  if (count === 1) return join(folder, process.env['BENCH_ORDER'] ?? 'partition')
  const made = mkdtempSync(join(tmpdir(), 'troupe-bench-'))
  process.once('exit', () => rmSync(made, { recursive: true }))
  const from = JSON.stringify(pathToFileURL(join(import.meta.dirname, 'noop-actor.ts')).href)
  for (let i = 1; i <= count; i += 1) {
    const text = `import { noopActor } from ${from}\nexport default noopActor('noop-${i}')\n`
    writeFileSync(join(made, `noop-${i}.mjs`), text)
  }
  return made
}
