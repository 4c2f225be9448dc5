// A proxy passes everything unchanged, and breaks connections only on demand: by reset, by silence, by refusal.

import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import t from 'tap'
import { TcpProxy } from '../../harness/proxy/index.ts'
import { waitUntil } from '../../harness/wait-until.ts'

/** A server that answers all it gets, and counts its connections. */
const startEcho = async () => {
  const sockets = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
    socket.pipe(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    sockets,
    port: (server.address() as AddressInfo).port,
    close: () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

const echo = await startEcho()
const proxy = await TcpProxy.start({ host: '127.0.0.1', port: echo.port })
t.teardown(async () => {
  await proxy.close()
  echo.close()
})

/** A client and what it got. */
const dial = () => {
  const socket = connect(proxy.port, '127.0.0.1')
  const client = { socket, got: '', error: undefined as string | undefined, closed: false }
  socket.setEncoding('utf8')
  socket.on('data', (text: string) => (client.got += text))
  socket.on('error', (error: NodeJS.ErrnoException) => (client.error = error.code))
  socket.on('close', () => (client.closed = true))
  t.teardown(() => socket.destroy())
  return client
}
const got = (client: ReturnType<typeof dial>, text: string) =>
  waitUntil(`"${text}" came back`, () => client.got === text)

t.test('bytes pass in order, also more than fit, and the end too', async (t) => {
  const client = dial()
  const text = 'abcdefgh'.repeat(1_000_000)
  client.socket.end(text)
  await waitUntil('the connection is over', () => client.closed)
  t.ok(client.got === text, '8 MB came back')
  t.equal(client.error, undefined)
  await waitUntil('both sides are over', () => proxy.connections === 0 && echo.sockets.size === 0)
})

t.test('reset: all are gone at once, and new ones are served', async (t) => {
  const clients = [dial(), dial(), dial()]
  for (const client of clients) client.socket.write('here')
  for (const client of clients) await got(client, 'here')
  const resetBefore = proxy.reset

  proxy.resetAll()

  await waitUntil('all know', () => clients.every(({ closed }) => closed))
  t.same(new Set(clients.map(({ error }) => error)), new Set(['ECONNRESET']))
  t.equal(proxy.reset - resetBefore, 3)
  await waitUntil('the server knows', () => echo.sockets.size === 0)
  const next = dial()
  next.socket.write('again')
  await got(next, 'again')
  next.socket.end()
})

t.test('freeze: silence both ways, for old and new ones; thaw: nothing was lost', async (t) => {
  const old = dial()
  old.socket.write('1')
  await got(old, '1')
  const acceptedBefore = proxy.accepted

  proxy.freeze()
  old.socket.write('2')
  const fresh = dial()
  fresh.socket.write('a')
  await waitUntil('the new one is connected', () => proxy.accepted > acceptedBefore)
  for (const socket of echo.sockets) socket.write('!')
  // Something that would pass if it could: a round trip on another proxy takes longer than a step on this one.
  const other = await TcpProxy.start({ host: '127.0.0.1', port: echo.port })
  const beside = connect(other.port, '127.0.0.1')
  beside.write('beside')
  await once(beside, 'data')
  t.equal(old.got, '1')
  t.equal(fresh.got, '')
  beside.destroy()
  await other.close()

  proxy.thaw()
  await waitUntil('everything came', () => old.got.length === 3 && fresh.got === 'a')
  t.match(old.got, /^1(2!|!2)$/)
  t.equal(proxy.mode, 'pass')
  old.socket.destroy()
  fresh.socket.destroy()
})

t.test('refuse: connections are refused, until it passes again on the same port', async (t) => {
  const old = dial()
  old.socket.write('x')
  await got(old, 'x')

  await proxy.refuse()
  await waitUntil('the old one knows', () => old.closed)
  t.equal(old.error, 'ECONNRESET')
  const refused = dial()
  await waitUntil('a new one knows', () => refused.closed)
  t.equal(refused.error, 'ECONNREFUSED')
  t.throws(() => proxy.freeze(), /nothing to freeze/)

  await proxy.pass()
  const next = dial()
  next.socket.write('y')
  await got(next, 'y')
  next.socket.destroy()
})

t.test('a server that is away resets its clients', async (t) => {
  const nowhere = await TcpProxy.start({ host: '127.0.0.1', port: 1 })
  const socket = connect(nowhere.port, '127.0.0.1')
  const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException]
  t.equal(error.code, 'ECONNRESET')
  await nowhere.close()
})
