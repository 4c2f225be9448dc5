/**
 * The option table → docs/configuration.md and the Helm chart's values.schema.json, the metric table → docs/metrics.md,
 * the commands of the shell → docs/cli.md.
 *
 *   node tools/generate-docs.ts           writes the files
 *   node tools/generate-docs.ts --check   exits 1 when one is not what would be written
 */

import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { optionTable, type Option } from '../runtime/config/index.ts'
import { cliPage } from './cli-page.ts'
import { metricsPage } from './metrics-page.ts'
import { valuesSchemaFile } from './values-schema.ts'

const root = join(import.meta.dirname, '..')

const configurationPage = (): string => {
  const rows = (Object.values(optionTable) as Option<unknown>[]).map(
    ({ variable, fallback, allowed, unit, doc, secret }) =>
      `| \`${variable}\` | ${shown(fallback)}${unit && fallback !== undefined ? ` ${unit}` : ''} | ${allowed} | ${doc}${secret ? ' Never printed.' : ''} |`,
  )
  return `# Configuration

Generated from the option table (runtime/config/options) by \`npm run generate-docs\`. Every process reads its options from the
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

/** File → what it must hold. */
export const generatedPages: Readonly<Record<string, () => string>> = {
  'docs/cli.md': cliPage,
  'docs/configuration.md': configurationPage,
  'docs/metrics.md': metricsPage,
  'deploy/helm/troupe/values.schema.json': valuesSchemaFile,
}

/** The file as it is, or undefined where there is none. */
export const writtenPage = async (file: string): Promise<string | undefined> => {
  try {
    return await readFile(join(root, file), 'utf8')
  } catch {
    return undefined
  }
}

if (import.meta.main) {
  for (const [file, generate] of Object.entries(generatedPages)) {
    if ((await writtenPage(file)) === generate()) continue
    if (process.argv.includes('--check')) {
      console.error(`${file} is not up to date. Run npm run generate-docs.`)
      process.exitCode = 1
    } else {
      await writeFile(join(root, file), generate())
      console.log(`wrote ${file}`)
    }
  }
}
