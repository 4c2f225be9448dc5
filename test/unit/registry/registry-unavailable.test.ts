// A registry that is away, slow or answers nonsense is unavailable, and says nothing about any schema.

import { type RequestListener, type Server, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { Worker } from 'node:worker_threads'
import { connectRegistry } from '../../../runtime/registry/index.ts'

const listening = async (t: Test, answer: RequestListener): Promise<string> => {
  const server: Server = createServer((request, response) => {
    request.resume()
    answer(request, response)
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  t.teardown(async () => {
    server.closeAllConnections()
    await new Promise((closed) => server.close(closed))
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** An address where nothing listens any more. */
const nobody = async (): Promise<string> => {
  const server = createServer()
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const { port } = server.address() as AddressInfo
  await new Promise((closed) => server.close(closed))
  return `http://127.0.0.1:${port}`
}

const answering =
  (status: number, body: string): RequestListener =>
  (_request, response) => {
    response.statusCode = status
    response.end(body)
  }

const strange: Readonly<Record<string, RequestListener>> = {
  'never answers': () => undefined,
  'sends a byte now and then': (_request, response) => {
    const dripping = setInterval(() => response.write(' '), 20)
    response.on('close', () => clearInterval(dripping))
  },
  'closes without an answer': (request) => request.socket.destroy(),
  'breaks off within its answer': (_request, response) => {
    response.writeHead(200, { 'content-length': '100' })
    response.write('{"schema":', () => response.destroy())
  },
  'answers a web page': answering(200, '<html>Welcome</html>'),
  'answers nothing': answering(200, ''),
  'answers null': answering(200, 'null'),
  'answers JSON of something else': answering(200, '{"schema":{},"id":"7","is_compatible":1}'),
  'answers a schema that is no JSON': answering(200, '{"schema":"{"}'),
  'has an error of its own': answering(500, '{"error_code":50001,"message":"store is away"}'),
  'has an error and answers null': answering(500, 'null'),
  'is behind a proxy that knows no way': answering(502, ''),
  'is at another path': answering(404, '{"error_code":404,"message":"HTTP 404 Not Found"}'),
  'is another web server': answering(404, '<html>'),
  'wants a password': answering(401, ''),
  'sends one elsewhere for ever': (request, response) => {
    response.writeHead(302, { location: request.url })
    response.end()
  },
  'answers more than is read': (_request, response) => {
    response.write(Buffer.alloc(20 * 1024 * 1024, ' '))
    response.end()
  },
}

const unavailable = { code: 'REGISTRY_UNAVAILABLE', retryable: true }

const rejectsAll = async (t: Test, url: string, requestTimeoutMs: number): Promise<void> => {
  const registry = connectRegistry({ url, requestTimeoutMs, retries: 0 })
  await t.rejects(registry.schemaById(1), unavailable, 'schemaById')
  await t.rejects(registry.register('s', 'string'), unavailable, 'register')
  await t.rejects(registry.idOf('s', 'string'), unavailable, 'idOf')
  await t.rejects(registry.versions('s'), unavailable, 'versions')
  await t.rejects(registry.isCompatible('s', 'string'), unavailable, 'isCompatible')
}

await t.test('nothing listens', async (t) => rejectsAll(t, await nobody(), 5_000))

for (const [what, answer] of Object.entries(strange)) {
  await t.test(`it ${what}`, async (t) => rejectsAll(t, await listening(t, answer), 300))
}

await t.test('a failure is asked again: in the call, as often as said, and in the next call', async (t) => {
  // given: one that fails twice
  let asked = 0
  const url = await listening(t, (_request, response) => {
    asked++
    answering(asked <= 2 ? 500 : 200, '{"schema":"\\"string\\""}')(_request, response)
  })
  const registry = connectRegistry({ url, retries: 1 })
  // when, then
  await t.rejects(registry.schemaById(1), unavailable)
  t.equal(asked, 2)
  t.equal(await registry.schemaById(1), 'string')
  t.equal(asked, 3)
})

await t.test('what was answered is not asked again, and asked once by many', async (t) => {
  let asked = 0
  const url = await listening(t, (request, response) => {
    asked++
    answering(200, '{"schema":"\\"string\\"","id":3}')(request, response)
  })
  const registry = connectRegistry({ url })
  await Promise.all([registry.schemaById(1), registry.schemaById(1), registry.schemaById(1)])
  await registry.schemaById(1)
  t.equal(asked, 1)
  await Promise.all([registry.register('s', 'string'), registry.register('s', 'string')])
  t.equal(asked, 2)
  await registry.register('other', 'string')
  t.equal(asked, 3)
})

await t.test('user and password go to the registry and into no message', async (t) => {
  let authorization: string | undefined
  const url = await listening(t, (request, response) => {
    authorization = request.headers.authorization
    answering(401, 'no')(request, response)
  })
  const registry = connectRegistry({ url: url.replace('//', '//an%40user:s%3Acret@'), retries: 0 })
  const error = await registry.schemaById(1).catch((thrown: unknown) => thrown as Error)
  t.equal(authorization, `Basic ${Buffer.from('an@user:s:cret').toString('base64')}`)
  t.notMatch((error as Error).message, /cret/)
})

await t.test('an address that is none is said at once', (t) => {
  for (const url of ['', 'localhost:8081', 'ftp://host', 'http://']) {
    t.throws(() => connectRegistry({ url }), { code: 'CONFIG_INVALID' }, `'${url}'`)
  }
  t.end()
})

await t.test('a schema of another kind is refused: asking again will not help', async (t) => {
  const bodies = [
    '{"schema":"syntax = \\"proto3\\";","schemaType":"PROTOBUF"}',
    '{"schema":"\\"a.b\\"","references":[{"name":"a.b","subject":"s","version":1}]}',
  ]
  for (const body of bodies) {
    const url = await listening(t, answering(200, body))
    await t.rejects(connectRegistry({ url }).schemaById(1), { code: 'SCHEMA_REFUSED', retryable: false })
  }
})

await t.test('it works in a worker thread', async (t) => {
  const url = await listening(t, answering(200, '{"schema":"\\"string\\""}'))
  const door = new URL('../../../runtime/registry/index.ts', import.meta.url).href
  const program = `
    const { parentPort, workerData } = await import('node:worker_threads')
    const { connectRegistry } = await import(workerData.door)
    parentPort.postMessage(await connectRegistry({ url: workerData.url }).schemaById(1))`
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(program)}`), {
    workerData: { door, url },
  })
  const answer = await new Promise((answered, failed) => worker.on('message', answered).on('error', failed))
  t.equal(answer, 'string')
  await worker.terminate()
})
