// A process ends with its exit code though librdkafka's disconnect hangs, and with it a thread that Node waits for.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { startMockCluster } from '../../../runtime/kafka/mock-cluster.ts'
import { TroupeProcess } from '../../harness/troupe-process.ts'

t.test('a rebalance that is never answered', async (t) => {
  // given
  const mock = await startMockCluster()
  t.teardown(() => mock.close())
  await mock.createTopics(['stuck'])
  const folder = mkdtempSync(join(tmpdir(), 'troupe-stuck-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const env = { ...process.env, KAFKA_BROKERS: mock.bootstrapServers, NODE_OPTIONS: '' }
  const member = new TroupeProcess('stuck', 'test/harness/stuck-member.ts', env, folder)
  t.teardown(() => member.stop('SIGKILL'))
  await member.says('assigned')

  // when
  await member.stop('SIGTERM')

  // then
  t.equal(member.lines(/disconnecting did not end within/).length, 1, 'the disconnect was left behind')
  t.equal(member.exitCode, 7)
})
