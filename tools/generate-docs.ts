/**
 * The option table → docs/configuration.md.
 *
 *   node tools/generate-docs.ts           writes the page
 *   node tools/generate-docs.ts --check   exits 1 when it is not what would be written
 */

import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { optionTable, type Option } from '../runtime/config/index.ts'

const page = join(import.meta.dirname, '../docs/configuration.md')

export const configurationPage = (): string => {
  const rows = (Object.values(optionTable) as Option<unknown>[]).map(
    ({ variable, fallback, allowed, unit, doc, secret }) =>
      `| \`${variable}\` | ${shown(fallback)}${unit && fallback !== undefined ? ` ${unit}` : ''} | ${allowed} | ${doc}${secret ? ' Never printed.' : ''} |`,
  )
  return `# Configuration

Generated from the option table (runtime/config/table.ts) by \`npm run generate-docs\`. Every process reads its options from the
environment; what a program passes itself wins over it. An empty variable counts as unset. A wrong value stops the start.

| variable | default | allowed | what it is |
|---|---|---|---|
${rows.join('\n')}
| \`KAFKA_<DOMAIN>_TOPIC\` | \`<KAFKA_PREFIX><domain>.events\` | a topic name | The topic of a domain's events: \`KAFKA_SHIPPING_TOPIC=parcels\` sends every \`shipping.*.*\` there. Taken as it is, without the prefix. |
| \`KAFKA_<DOMAIN>_PARTITIONS\` | \`KAFKA_PARTITIONS\` | a whole number from 1 to 10000 | How many partitions that topic is created with. |
`
}

const shown = (fallback: unknown): string => {
  if (fallback === undefined) return '–'
  const text = Array.isArray(fallback) ? fallback.join(',') : `${fallback as string | number | boolean}`
  return text === '' ? 'empty' : `\`${text}\``
}

/** The page as it is, or undefined where there is none. */
export const writtenPage = async (): Promise<string | undefined> => {
  try {
    return await readFile(page, 'utf8')
  } catch {
    return undefined
  }
}

if (import.meta.main) {
  const isStale = (await writtenPage()) !== configurationPage()
  if (isStale && process.argv.includes('--check')) {
    console.error('docs/configuration.md is not up to date. Run npm run generate-docs.')
    process.exitCode = 1
  } else if (isStale) {
    await writeFile(page, configurationPage())
    console.log('wrote docs/configuration.md')
  }
}
