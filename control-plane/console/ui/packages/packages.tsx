/** Packages of a tenant, found by number, order or state. */

import { hrefOf, type Address } from '../address.ts'
import { moment, word } from '../format.ts'
import { Badge, More, Table, Title } from '../page.tsx'
import { usePolled } from '../polled.ts'
import { SearchForm, type SearchField } from '../search-form.tsx'
import { Answered, Empty } from '../states.tsx'
import { packageFields, toneOfState, type TrackedPackage } from './tracked-package.ts'

interface Packages {
  readonly packages: {
    readonly nodes: readonly TrackedPackage[]
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
  }
}

const query = `query($tenant: String!, $trackingId: String, $orderId: String, $state: String, $after: String) {
  packages(tenant: $tenant, trackingId: $trackingId, orderId: $orderId, state: $state, first: 50, after: $after) {
    nodes { ${packageFields} }
    pageInfo { hasNextPage endCursor }
  }
}`

const fields: readonly SearchField[] = [
  { name: 'tenant', label: 'Tenant', isNeeded: true },
  { name: 'trackingId', label: 'Tracking number' },
  { name: 'orderId', label: 'Order' },
  { name: 'state', label: 'State' },
]

export const PackagesPage = ({ address: { query: asked } }: { address: Address }) => (
  <>
    <Title name="Packages" />
    <SearchForm label="Packages" path={['packages']} query={asked} fields={fields} />
    {asked['tenant'] === undefined ? (
      <Empty title="Whose packages?">
        Give the tenant; a tracking number or an order besides, if you have one.
      </Empty>
    ) : (
      <Found asked={asked} tenant={asked['tenant']} />
    )}
  </>
)

const Found = ({ asked, tenant }: { asked: Address['query']; tenant: string }) => (
  <Answered
    polled={usePolled<Packages>(query, {
      tenant,
      trackingId: asked['trackingId'] ?? null,
      orderId: asked['orderId'] ?? null,
      state: asked['state']?.toUpperCase() ?? null,
      after: asked['after'] ?? null,
    })}
  >
    {({ packages: { nodes, pageInfo } }) =>
      nodes.length === 0 ? (
        <Empty title="No package is found">
          Look at <a href={hrefOf(['packages'], { tenant })}>all of {tenant}</a>, or whether its scans arrive:{' '}
          <a href={hrefOf(['letters'], { tenant })}>dead letters of {tenant}</a>.
        </Empty>
      ) : (
        <>
          <Table label="Packages" columns={['Tracking number', 'State', 'Since', 'Order', 'Carrier']}>
            {nodes.map((one) => (
              <tr key={one.trackingId}>
                <th scope="row" class="path">
                  <a href={hrefOf(['packages', tenant, one.trackingId])}>{one.trackingId}</a>
                </th>
                <td>
                  <Badge tone={toneOfState(one.state)}>{word(one.state)}</Badge>
                </td>
                <td class="nowrap">{moment(one.stateSince)}</td>
                <td class="path">
                  <a href={hrefOf(['packages'], { tenant, orderId: one.orderId })}>{one.orderId}</a>
                </td>
                <td>{one.carrier}</td>
              </tr>
            ))}
          </Table>
          <More path={['packages']} query={asked} pageInfo={pageInfo} />
        </>
      )
    }
  </Answered>
)
