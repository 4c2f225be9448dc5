// A call key depends on the event and the call's name alone, and never on the attempt.

import { createHash } from 'node:crypto'
import fc from 'fast-check'
import t from 'tap'
import { callKey } from '../../../runtime/delivery/index.ts'

const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex')
const keyOf = (group: string, actor: string, tenant: string, key: string, name: string): string =>
  callKey({ group, actor }, { tenant, key }, name, sha256Hex)

t.test('known answers, which stay for ever', (t) => {
  t.equal(keyOf('shop', 'billing', 'acme', 'e1', 'charge'), '32a96197-0970-8d81-b545-b15222dd8ce1')
  t.equal(keyOf('shop', 'billing', '', 'ä\0\ud800', ''), '21200b9d-426e-8612-bba0-a3650788e339')
  t.end()
})

t.test('it is a UUID, the same for the same, another one for any other part', (t) => {
  const seen = new Map<string, string>()
  const part = fc.constantFrom('', 'a', 'b', '"', ',', 'a","b', '\\')
  fc.assert(
    fc.property(part, part, part, part, part, (...parts) => {
      const key = keyOf(...parts)
      const said = JSON.stringify(parts)
      const before = seen.get(key) ?? said
      seen.set(key, said)
      return (
        before === said && /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(key)
      )
    }),
    { numRuns: 2_000 },
  )
  t.end()
})
