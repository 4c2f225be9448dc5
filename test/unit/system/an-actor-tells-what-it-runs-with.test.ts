// An actor tells its settings and the versions of the schemas that it reads with.
import t from 'tap'
import { defineActor, eventType, oneOf } from '../../../runtime/actor/index.ts'
import { catalogueOf } from '../../../runtime/serde/catalogue.ts'
import { actorStatus } from '../../../runtime/system/actor-status.ts'

const record = (fields: readonly object[], doc = '') => ({
  type: 'record',
  namespace: 'web.order',
  name: 'placed',
  doc,
  fields,
})
const id = { name: 'id', type: 'string' }
const note = { name: 'note', type: 'string', default: '' }
const catalogue = catalogueOf([
  { path: 'web/order/placed.v1.avsc', schema: record([id]) },
  { path: 'web/order/placed.v2.avsc', schema: record([id, note], 'words') },
])

t.test('settings, and which version of what', (t) => {
  const own = eventType('web.order.gone', record([id]))
  const definition = defineActor({
    name: 'orders',
    receives: {
      'web.order.placed': eventType('web.order.placed', record([id])),
      'web.*': oneOf(
        own,
        eventType('web.order.placed', record([id, { type: 'string', default: '', name: 'note' }])),
      ),
    },
    retry: { attempts: 7 },
    receive: () => undefined,
  })
  t.match(actorStatus({ definition, url: '', group: 'g', topics: ['web'], lanes: 2 }, catalogue), {
    name: 'orders',
    settings: { attempts: 7, retryMode: 'block', startFrom: 'earliest' },
    reads: [
      { name: 'web.order.gone', version: null },
      { name: 'web.order.placed', version: 2 },
    ],
  })
  t.end()
})
