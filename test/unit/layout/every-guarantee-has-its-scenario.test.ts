// docs/guarantees.md names for each promise the scenario that proves it, and where it ends; every trial is named there;
// the scenarios that run last are there.

import { globSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import t from 'tap'
import { longOnes, quickFirst } from '../../../tools/scenario-order.ts'

const root = join(import.meta.dirname, '../../..')
const page = await readFile(join(root, 'docs/guarantees.md'), 'utf8')
const claimOf = (file: string): string => basename(file, '.test.ts')
const scenarios = globSync('test/scenario/*.test.ts', { cwd: root })
const claims = new Set(scenarios.map(claimOf))

/** Rows of the tables of promises: promise, scenarios, limit, how often tried. */
const rows = page
  .split('\n')
  .filter((line) => line.includes('](../test/scenario/'))
  .map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  )

t.test('every scenario that is named exists, and its link leads to it', async (t) => {
  t.ok(rows.length > 10, `${String(rows.length)} promises`)
  for (const [promise = '', proof = ''] of rows) {
    const links = [...proof.matchAll(/\[([^\]]+)\]\(([^)]+)\)/g)]
    t.ok(links.length > 0, promise)
    for (const [, text = '', target = ''] of links) {
      t.ok(claims.has(text), text)
      t.equal(target, `../test/scenario/${text}.test.ts`)
    }
  }
})

t.test('every promise is a sentence, and says where it ends and how often it was tried', async (t) => {
  for (const row of rows) {
    const [promise = '', , limit = '', tried = ''] = row
    t.equal(row.length, 4, promise)
    t.match(promise, /^[A-Z`].{10,}\.$/)
    t.match(limit, /\.$/, `${promise} Its limit: ${limit}`)
    t.not(tried, '', promise)
  }
})

t.test('every trial is named', async (t) => {
  for (const file of scenarios) {
    if (!(await readFile(join(root, file), 'utf8')).includes('sizeOf(')) continue
    t.ok(page.includes(`(../${file})`), file)
  }
})

t.test('scenarios that run last are there, and run last in this order', async (t) => {
  for (const claim of longOnes) t.ok(claims.has(claim), claim)
  const ordered = quickFirst(scenarios.toSorted()).map(claimOf)
  t.same(ordered.slice(-longOnes.length), longOnes)
})
