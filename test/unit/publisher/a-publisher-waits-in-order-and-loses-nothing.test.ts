// Whatever a publisher has to wait for, its events leave in the order of the calls, as they were, and every call settles.

import { createServer, connect, type AddressInfo, type Server } from 'node:net'
import t from 'tap'
import { startEmbeddedRegistry } from '../../../runtime/registry/index.ts'
import { aScan, scansIn, startPublishing } from '../../harness/publishing.ts'

const name = 'shipping.package.scanned'
const services = await startPublishing()
t.teardown(() => services.close())

const same = { key: 'same' }
const numbered = (count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, i) => String(from + i))
const arrivedIds = async (prefix: string): Promise<string[]> =>
  scansIn(await services.arrived(prefix)).map(({ trackingId }) => trackingId)

const listen = (server: Server, port: number): Promise<number> =>
  new Promise((ready) =>
    server.listen(port, '127.0.0.1', () => {
      ready((server.address() as AddressInfo).port)
    }),
  )
const stop = (server: Server): Promise<void> =>
  new Promise((closed) => {
    server.close(() => {
      closed()
    })
  })
/** Nothing listens there, until somebody takes it. */
const freePort = async (): Promise<number> => {
  const server = createServer()
  const port = await listen(server, 0)
  await stop(server)
  return port
}
/** Takes connections and says nothing: connecting lasts until its time-out. */
const silent = async (): Promise<{ readonly address: string; close(): Promise<void> }> => {
  const sockets = new Set<{ destroy(): void }>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
  })
  const port = await listen(server, 0)
  return {
    address: `127.0.0.1:${String(port)}`,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await stop(server)
    },
  }
}

await t.test('calls keep their order when the first had to wait and later ones did not', async (t) => {
  // given
  const publisher = services.publisher('order')
  const changed = { ...aScan('x'), to: 'DELIVERED', causeEventId: 'x' } as const
  // when: connecting, registering, then a type that is not known yet before one that is
  const first = numbered(20).map((id) => publisher.publish(name, aScan(id), same))
  await first[0]
  const unknown = publisher.publish('shipping.package.state_changed', changed, same)
  const known = publisher.publish(name, aScan('after'), same)
  const batch = publisher.publishAll(name, [{ event: aScan('batch'), ...same }])
  await known
  const direct = publisher.publish(name, aScan('direct'), same)
  // then
  const offsets = (await Promise.all([...first, unknown, known, direct])).map(({ offset }) => offset)
  await batch
  t.strictSame(offsets, [...Array.from({ length: 20 }, (_, i) => i), 20, 21, 23])
  await publisher.close()
})

await t.test('a full queue is waited for, and reused memory mixes nothing up', async (t) => {
  // given
  const publisher = services.publisher('full', { kafka: { maxQueuedRecords: 7 } })
  const event = { ...aScan('') }
  const key = Buffer.alloc(4)
  // when: one object and one key, changed after each call
  const promises = numbered(5_000).map((id) => {
    const long = Number(id) % 97 === 0
    Object.assign(event, { trackingId: id, message: (long ? 'long ' : '').repeat(1_000) + id })
    key.write(String(Number(id) % 10).padStart(4, '0'))
    const published = publisher.publish(name, event, { key })
    event.message = 'changed'
    return published
  })
  const outcomes = await Promise.allSettled(promises)
  // then
  t.ok(outcomes.every(({ status }) => status === 'fulfilled'))
  const records = await services.arrived('full')
  const scans = scansIn(records)
  t.equal(scans.length, 5_000)
  t.equal(new Set(scans.map(({ trackingId }) => trackingId)).size, 5_000)
  t.ok(scans.every(({ trackingId, message }) => message?.split(' ').at(-1) === trackingId))
  t.ok(scans.every(({ trackingId }, i) => Number(records[i]?.key?.toString()) === Number(trackingId) % 10))
  const byKey = Map.groupBy(scans, ({ trackingId }) => Number(trackingId) % 10)
  for (const [digit, ofKey] of byKey) {
    const ids = ofKey.map(({ trackingId }) => Number(trackingId))
    t.strictSame(
      ids,
      ids.toSorted((a, b) => a - b),
      `in order for the key ${String(digit)}`,
    )
  }
  await publisher.close()
})

await t.test('single events and batches at once keep order and content', async (t) => {
  const publisher = services.publisher('mixed', { kafka: { maxQueuedRecords: 50 } })
  const given: string[] = []
  const open: Promise<unknown>[] = []
  for (let round = 0; round < 20; round += 1) {
    const ids = numbered(100, round * 101)
    const single = String(round * 101 + 100)
    given.push(...ids, single)
    // Together larger than a slab is at first.
    open.push(
      publisher.publishAll(
        name,
        ids.map((id) => ({ event: aScan(id, { message: id.repeat(20) }), ...same })),
      ),
      publisher.publish(name, aScan(single, { message: single.repeat(20) }), same),
    )
  }
  await Promise.all(open)
  const scans = scansIn(await services.arrived('mixed'))
  t.strictSame(
    scans.map(({ trackingId }) => trackingId),
    given,
  )
  t.ok(scans.every(({ trackingId, message }) => message === trackingId.repeat(20)))
  await publisher.close()
})

await t.test('flush and close wait for everything; after close there is no more', async (t) => {
  const publisher = services.publisher('flush', { kafka: { maxQueuedRecords: 10 } })
  const settled: string[] = []
  const open = numbered(100).map((id) =>
    publisher.publish(name, aScan(id), same).then(() => settled.push(id)),
  )
  await publisher.flush()
  await Promise.resolve()
  t.equal(settled.length, 100, 'flush waits also for those that are not handed over yet')
  const late = numbered(100, 100).map((id) => publisher.publish(name, aScan(id), same))
  const batch = publisher.publishAll(name, [{ event: aScan('batch'), ...same }])
  const closes = [publisher.close(), publisher.close(0)]
  const closed = { code: 'PRODUCER_CLOSED', retryable: false }
  await t.rejects(publisher.publish(name, aScan('too late')), closed)
  await t.rejects(publisher.publishAll(name, [{ event: aScan('too late') }]), closed)
  await Promise.all([...open, ...late, batch, ...closes])
  await t.rejects(publisher.publish(name, aScan('too late')), closed)
  await publisher.flush()
  t.strictSame(await arrivedIds('flush'), [...numbered(200), 'batch'])
})

await t.test('a publisher that published nothing closes', async (t) => {
  const publisher = services.publisher('unused')
  await publisher.flush(0)
  await publisher.close(0)
  t.pass()
})

await t.test('a registry that is away is told to all who wait, and found when it is back', async (t) => {
  const port = await freePort()
  const publisher = services.publisher('registry-away', {
    registry: { url: `http://127.0.0.1:${String(port)}`, retries: 0 },
  })
  const away = { code: 'REGISTRY_UNAVAILABLE', retryable: true }
  const calls = [publisher.publish(name, aScan('1')), publisher.publishAll(name, [{ event: aScan('2') }])]
  for (const outcome of await Promise.allSettled(calls)) {
    t.match(outcome, { status: 'rejected', reason: away })
  }
  const registry = await startEmbeddedRegistry({ port })
  await publisher.publish(name, aScan('3'))
  await registry.close()
  await publisher.publish(name, aScan('4'), same)
  t.strictSame((await arrivedIds('registry-away')).sort(), ['3', '4'], 'a known schema needs no registry')
  await publisher.close()
})

await t.test('a broker that is away is told to all who wait, and found when it is there', async (t) => {
  // given
  const port = await freePort()
  const publisher = services.publisher('broker-away', {
    kafka: { brokers: `127.0.0.1:${String(port)}`, connectTimeoutMs: 1_000 },
  })
  // when
  const calls = numbered(50).map((id) => publisher.publish(name, aScan(id)))
  const outcomes = await Promise.allSettled([...calls, publisher.flush()])
  // then: one connection time-out for all of them; one each would be a minute, and flush would tell
  const { length } = outcomes.filter(({ status }) => status === 'rejected')
  t.equal(length, 50)
  t.match(outcomes[49], {
    reason: { code: 'KAFKA_UNAVAILABLE', retryable: true, message: new RegExp(`127.0.0.1:${String(port)}`) },
  })
  // when: the way to the brokers is open
  const [host, brokerPort] = services.brokers.split(':')
  const relay = createServer((socket) => {
    const there = connect(Number(brokerPort), host)
    socket.pipe(there).pipe(socket)
    for (const [end, other] of [
      [socket, there],
      [there, socket],
    ] as const) {
      end.on('error', () => undefined)
      end.on('close', () => {
        other.destroy()
      })
    }
  })
  await listen(relay, port)
  await publisher.publish(name, aScan('there'))
  t.strictSame(await arrivedIds('broker-away'), ['there'])
  await publisher.close()
  await stop(relay)
})

await t.test('closing while it connects ends at its deadline, and tells those that wait', async (t) => {
  const nowhere = await silent()
  const publisher = services.publisher('closing', {
    kafka: { brokers: nowhere.address, connectTimeoutMs: 3_000 },
  })
  const calls = numbered(3).map((id) => publisher.publish(name, aScan(id)))
  const outcomes = Promise.allSettled(calls)
  await t.rejects(publisher.flush(50), { code: 'KAFKA_UNAVAILABLE', message: /50 ms/ })
  await publisher.close(100)
  for (const outcome of await outcomes) {
    t.match(outcome, { status: 'rejected', reason: { code: 'PRODUCER_CLOSED', message: /not sent/ } })
  }
  await t.rejects(publisher.publish(name, aScan('late')), { code: 'PRODUCER_CLOSED' })
  await nowhere.close()
})

await t.test('closing at once after the first calls still sends them', async (t) => {
  const publisher = services.publisher('at-once')
  const calls = numbered(3).map((id) => publisher.publish(name, aScan(id), same))
  await publisher.close()
  await Promise.all(calls)
  t.strictSame(await arrivedIds('at-once'), numbered(3))
})

await t.test('a deadline that is over leaves no call open', async (t) => {
  const publisher = services.publisher('deadline', { kafka: { maxQueuedRecords: 1, lingerMs: 500 } })
  await publisher.publish(name, aScan('0'), same)
  const calls = numbered(10, 1).map((id) => publisher.publish(name, aScan(id), same))
  const settled = Promise.allSettled(calls)
  await publisher.close(0)
  const codes = (await settled).map((outcome) =>
    outcome.status === 'rejected' ? (outcome.reason as { readonly code: string }).code : 'sent',
  )
  t.strictSame(new Set(codes), new Set(['PRODUCE_FAILED', 'PRODUCER_CLOSED']))
})
