/** One package: where it stands, and each scan that led there. */

import { hrefOf, type Address } from '../address.ts'
import { moment, word } from '../format.ts'
import { Badge, Fact, Title } from '../page.tsx'
import { usePolled } from '../polled.ts'
import { Answered, Empty } from '../states.tsx'
import { packageFields, toneOfState, type TrackedPackage } from './tracked-package.ts'

interface Scan {
  readonly id: string
  readonly scan: string
  readonly state: string
  readonly time: string
  readonly recordedAt: string
  readonly message: string | null
  readonly place: string | null
}

interface PackageView {
  readonly package: TrackedPackage | null
  readonly packageHistory: {
    readonly nodes: readonly Scan[]
    readonly pageInfo: { readonly hasNextPage: boolean }
  }
}

const query = `query($tenant: String!, $trackingId: String!) {
  package(tenant: $tenant, trackingId: $trackingId) { ${packageFields} }
  packageHistory(tenant: $tenant, trackingId: $trackingId, first: 100) {
    nodes { id scan state time recordedAt message place }
    pageInfo { hasNextPage }
  }
}`

export const PackagePage = ({ address: { path } }: { address: Address }) => {
  const [, tenant = '', trackingId = ''] = path
  return (
    <>
      <Title name={trackingId} up={{ path: ['packages'], name: 'Packages' }} />
      <Answered polled={usePolled<PackageView>(query, { tenant, trackingId })}>
        {({ package: found, packageHistory: { nodes, pageInfo } }) =>
          found === null ? (
            <Empty title={`${tenant} has no such package`}>
              Its first scan may not have come yet:{' '}
              <a href={hrefOf(['letters'], { tenant, key: trackingId })}>was it dead-lettered?</a>
            </Empty>
          ) : (
            <>
              <section class="card">
                <dl class="facts">
                  <Fact name="State">
                    <Badge tone={toneOfState(found.state)}>{word(found.state)}</Badge> since{' '}
                    {moment(found.stateSince)}
                  </Fact>
                  <Fact name="Order">
                    <a href={hrefOf(['packages'], { tenant, orderId: found.orderId })}>{found.orderId}</a>
                  </Fact>
                  <Fact name="Carrier">{found.carrier}</Fact>
                  <Fact name="Tenant">{tenant}</Fact>
                  <Fact name="Last written">{moment(found.updatedAt)}</Fact>
                </dl>
              </section>
              <h2>Timeline</h2>
              <Timeline scans={nodes} tenant={tenant} />
              {pageInfo.hasNextPage && <p class="quiet">These are its first 100 scans.</p>}
            </>
          )
        }
      </Answered>
    </>
  )
}

const Timeline = ({ scans, tenant }: { scans: readonly Scan[]; tenant: string }) => (
  <ol class="timeline">
    {scans.map((scan) => (
      <li key={scan.id}>
        <time dateTime={scan.time}>{moment(scan.time)}</time>
        <div>
          <strong>{word(scan.scan)}</strong>{' '}
          {scan.state !== scan.scan && <Badge tone={toneOfState(scan.state)}>{word(scan.state)}</Badge>}
          {scan.place !== null && <span> {scan.place}</span>}
          {scan.message !== null && <div>{scan.message}</div>}
          <div class="quiet">
            <a href={hrefOf(['story'], { event: scan.id, tenant })}>Event {scan.id}</a>, recorded{' '}
            {moment(scan.recordedAt)}
          </div>
        </div>
      </li>
    ))}
  </ol>
)
