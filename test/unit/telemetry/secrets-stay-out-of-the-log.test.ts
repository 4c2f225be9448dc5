// No password, token or key leaves in a log line, wherever it is nested and in whatever text it comes along; and a
// line can't be what breaks.
import t from 'tap'
import { createLog } from '../../../runtime/telemetry/index.ts'
import { redactedFields, withoutSecrets } from '../../../runtime/telemetry/redaction.ts'

t.test('texts', (t) => {
  const secret = 'hunter2'
  for (const text of [
    `postgres://troupe:${secret}@db:5432/troupe?sslmode=require`,
    `postgres://:${secret}@db/troupe`,
    `postgres://u:a:${secret}@db/troupe`,
    `postgres://u:${secret}/x?y#z@db/troupe`,
    `connect to "http://me:${secret}@registry:8081/subjects" failed`,
    `two: redis://a:${secret}@h and amqp://b:${secret}@h`,
    `password=${secret}`,
    `PGPASSWORD=${secret} psql`,
    `SCHEMA_REGISTRY_PASSWORD: ${secret}`,
    `host=db user=me password='${secret} ${secret}' port=1`,
    `{"sasl.password":"${secret}"}`,
    `https://id.example/token?client_secret=${secret}&x=1`,
    `authorization: Bearer ${secret}${secret}`,
    `Basic ${secret}${secret}==`,
    `the key trp_${secret}_abc was used`,
  ]) {
    const shown = withoutSecrets(text)
    t.notOk(shown.includes(secret), shown)
  }
  t.end()
})

t.test('what is none stays readable', (t) => {
  for (const text of [
    'connect ECONNREFUSED 127.0.0.1:5432',
    'http://127.0.0.1:8081/apis/ccompat/v7 is away',
    'http://registry:8081/subjects/a@b',
    'see https://h:9/a, mail me@example.org',
    'partition: 3, offset=4, idempotency keys',
    'waiting for the registry: GET http://r:8081/schemas/ids/1: 503',
    '',
  ])
    t.equal(withoutSecrets(text), text)
  t.end()
})

t.test('fields, however deep', (t) => {
  const secret = 'hunter2'
  const looping: Record<string, unknown> = { note: `postgres://u:${secret}@h` }
  looping['self'] = looping
  const fields = {
    password: secret,
    kafkaSaslPassword: secret,
    'sasl.password': secret,
    a: { b: { c: [{ authorization: `Bearer ${secret}${secret}` }, { apiKey: secret }] } },
    headers: { cookie: secret, 'x-api-key': secret },
    error: new Error(`postgres://u:${secret}@h`, { cause: { token: secret } }),
    url: new URL(`http://u:${secret}@h/`),
    map: new Map([['k', { secret }]]),
    databaseUrl: `postgres://${secret}`,
    bytes: Buffer.from(secret),
    looping,
    get broken(): string {
      throw new Error(secret.slice(0, 3))
    },
  }
  const text = JSON.stringify(redactedFields(fields))
  t.notOk(text.includes(secret), text)
  t.match(
    JSON.parse(
      JSON.stringify(
        redactedFields({ key: 'k', idempotencyKey: 'i', password: '', big: 5n, at: new Date(0) }),
      ),
    ),
    { key: 'k', idempotencyKey: 'i', password: '', big: '5', at: '1970-01-01T00:00:00.000Z' },
  )
  let deep: object = {}
  for (let i = 0; i < 100_000; i += 1) deep = { deep }
  t.doesNotThrow(() => redactedFields(deep))
  t.doesNotThrow(() => redactedFields(new Array(100_000).fill(deep)))
  t.end()
})

t.test('a text made to be slow is not', (t) => {
  // What took time by the square of its length would not end here.
  for (const piece of ['a:', 'a-', '://', 'a://b:', 'password="', 'trp_', "secret='"])
    t.ok(withoutSecrets(piece.repeat(5_000_000 / piece.length) + '='), piece)
  t.end()
})

t.test('lines of the log, its children and its levels', (t) => {
  const lines: string[] = []
  const log = createLog({ level: 'warn', destination: { write: (line) => void lines.push(line) } })
  const untouched = {
    get field(): string {
      return t.fail('nobody reads this line') as never
    },
  }
  log.debug('x', untouched)
  log.info('x', untouched)
  log
    .child({ url: 'http://u:hunter2@h' })
    .error('postgres://u:hunter2@h is away', { password: 'hunter2', n: 1 })
  t.equal(lines.length, 1)
  t.notMatch(lines[0], 'hunter2')
  t.match(JSON.parse(lines[0] ?? ''), {
    level: 'error',
    msg: 'postgres://u:***@h is away',
    n: 1,
    url: 'http://u:***@h',
  })
  createLog({ level: 'silent', destination: { write: (line) => void lines.push(line) } }).error('x')
  t.equal(lines.length, 1)
  t.end()
})
