// The native drain runs only with the node-rdkafka and librdkafka it was compiled against, which are the pinned ones.

import { readFileSync } from 'node:fs'
import t from 'tap'
import { loadAddon, requireSameVersions } from '../../../runtime/kafka/drain/addon.ts'

const root = new URL('../../../', import.meta.url)
const versionsIn = (path: string): Record<string, unknown> =>
  JSON.parse(readFileSync(new URL(path, root), 'utf8')) as Record<string, unknown>

const compiled = { nodeRdkafka: '3.6.1', librdkafka: '2.12.0' }

t.test('the same versions pass', async (t) => {
  t.doesNotThrow(() => requireSameVersions(compiled, { ...compiled }))
})

t.test('another version of either is refused, named with the remedy', async (t) => {
  const mismatch = { code: 'DRAIN_MISMATCH', retryable: false }
  t.throws(() => requireSameVersions(compiled, { ...compiled, nodeRdkafka: '3.6.2' }), {
    ...mismatch,
    message: /compiled against node-rdkafka 3\.6\.1, but 3\.6\.2 is loaded.*npm rebuild/,
  })
  t.throws(() => requireSameVersions(compiled, { ...compiled, librdkafka: '2.13.0' }), {
    ...mismatch,
    message: /compiled against librdkafka 2\.12\.0, but 2\.13\.0 is loaded/,
  })
})

t.test('what is compiled, installed and loaded is what package.json pins', async (t) => {
  const { dependencies } = versionsIn('package.json') as { dependencies: Record<string, string> }
  const installed = versionsIn('node_modules/node-rdkafka/package.json')
  const addon = loadAddon()
  t.equal(addon.compiledAgainst.nodeRdkafka, dependencies['node-rdkafka'], 'an exact pin')
  t.equal(installed['version'], `v${String(dependencies['node-rdkafka'])}`)
  t.equal(addon.compiledAgainst.librdkafka, installed['librdkafka'])
  t.equal(addon.librdkafkaVersion, installed['librdkafka'])
})

t.test('a librdkafka of its own would be seen', async (t) => {
  const addon = loadAddon()
  t.equal(addon.sharesLibrdkafka('/nowhere/node-librdkafka.node'), false)
})
