/** Redrive campaigns: how far each is, and their brakes. */

import { hrefOf, type Address } from '../address.ts'
import type { Variables } from '../ask.ts'
import { count, moment } from '../format.ts'
import { Fact, Table, Title } from '../page.tsx'
import { usePolled } from '../polled.ts'
import { Answered, Empty } from '../states.tsx'
import { BrakeButtons, HowFar, isOpen, StateBadge } from '../steer/going-on.tsx'

interface Redrive {
  readonly id: string
  readonly state: 'RUNNING' | 'PAUSED' | 'FINISHED' | 'CANCELLED'
  readonly filter: string
  readonly ratePerSecond: number
  readonly maxRedrives: number
  readonly createdBy: string
  readonly createdAt: string
  readonly finishedAt: string | null
  readonly redriven: number
  readonly skipped: number
  readonly refused: number
  readonly settled: number
}

const fields = `
  id state filter ratePerSecond maxRedrives createdBy createdAt finishedAt redriven skipped refused settled`

const up = { path: ['letters'], name: 'Dead letters' } as const

/** The filter as it was kept: times are in ms there. */
const filterText = (filter: string): string => {
  const parts = Object.entries(JSON.parse(filter) as Record<string, unknown>)
  const said = parts.map(([name, value]) => {
    if (name === 'fromMs') return `from ${moment(new Date(Number(value)).toISOString())}`
    if (name === 'toMs') return `before ${moment(new Date(Number(value)).toISOString())}`
    if (name === 'ids') return `${count((value as readonly number[]).length)} chosen letters`
    return `${name} ${String(value)}`
  })
  return said.join(', ') || 'all dead letters'
}

export const RedrivesPage = () => {
  const polled = usePolled<{ readonly redrives: readonly Redrive[] }>(`{ redrives { ${fields} } }`)
  return (
    <>
      <Title name="Redrive campaigns" up={up} />
      <Answered polled={polled}>
        {({ redrives }) =>
          redrives.length === 0 ? (
            <Empty title="No campaign yet">
              Search <a href={hrefOf(['letters'])}>dead letters</a>, and redrive what is found.
            </Empty>
          ) : (
            <Table
              label="Redrive campaigns"
              columns={[
                'Campaign',
                'State',
                'Letters',
                'Begun',
                { name: 'Redriven', number: true },
                { name: 'Left as they are', number: true },
                { name: 'Refused', number: true },
              ]}
            >
              {redrives.map((redrive) => (
                <tr key={redrive.id}>
                  <th scope="row">
                    <a href={hrefOf(['redrives', redrive.id])}>Campaign {redrive.id}</a>
                  </th>
                  <td>
                    <StateBadge of={redrive.state} />
                  </td>
                  <td class="wide">{filterText(redrive.filter)}</td>
                  <td class="nowrap">
                    {moment(redrive.createdAt)}
                    <div class="quiet">{redrive.createdBy}</div>
                  </td>
                  <td class="number">{count(redrive.redriven)}</td>
                  <td class="number">{count(redrive.skipped + redrive.settled)}</td>
                  <td class={redrive.refused > 0 ? 'number mark' : 'number'}>{count(redrive.refused)}</td>
                </tr>
              ))}
            </Table>
          )
        }
      </Answered>
    </>
  )
}

const brakes = { pause: 'pauseRedrive', resume: 'resumeRedrive', stop: 'stopRedrive' } as const

export const RedrivePage = ({ address: { path } }: { address: Address }) => {
  const id = path[1] ?? ''
  const polled = usePolled<{ readonly redrive: Redrive | null }>(
    `query($id: ID!) { redrive(id: $id) { ${fields} } }`,
    { id },
  )
  const redrive = polled.data?.redrive
  return (
    <>
      <Title name={`Campaign ${id}`} up={{ path: ['redrives'], name: 'Redrive campaigns' }}>
        {redrive && (
          <BrakeButtons id={id} state={redrive.state} noun="campaign" brakes={brakes} onDone={polled.again} />
        )}
      </Title>
      <Answered polled={polled}>
        {({ redrive }) =>
          redrive === null ? (
            <Empty title="There is no such campaign">
              <a href={hrefOf(['redrives'])}>All campaigns</a>
            </Empty>
          ) : (
            <section class="card">
              <dl class="facts">
                <Fact name="State">
                  <StateBadge of={redrive.state} />
                </Fact>
                <Fact name="Letters">{filterText(redrive.filter)}</Fact>
                <Fact name="At most">
                  {count(redrive.ratePerSecond)} a second; events redriven {count(redrive.maxRedrives)} times
                  stay
                </Fact>
                <Fact name="Begun">
                  {moment(redrive.createdAt)} by {redrive.createdBy}
                </Fact>
                <Fact name="Ended">
                  {redrive.finishedAt === null ? 'not yet' : moment(redrive.finishedAt)}
                </Fact>
              </dl>
              <h3>Letters so far</h3>
              {isOpen(redrive.state) && <Left redrive={redrive} />}
              <dl class="facts" aria-live="polite">
                <Fact name="Produced again">{count(redrive.redriven)}</Fact>
                <Fact name="Left, too often redriven">{count(redrive.skipped)}</Fact>
                <Fact name="Handled otherwise">{count(redrive.settled)}</Fact>
                <Fact name="Refused by the broker">{count(redrive.refused)}</Fact>
              </dl>
              {redrive.state === 'RUNNING' && total(redrive) === 0 && (
                <p class="quiet">
                  It begins as soon as a relay process takes it: <code>npm run relay</code> starts one.
                </p>
              )}
            </section>
          )
        }
      </Answered>
    </>
  )
}

/** The filter as mutations and previews take it. */
const filterOf = (filter: string): Variables =>
  Object.fromEntries(
    Object.entries(JSON.parse(filter) as Record<string, unknown>).map(([name, value]) => {
      if (name === 'fromMs') return ['from', new Date(Number(value)).toISOString()]
      if (name === 'toMs') return ['to', new Date(Number(value)).toISOString()]
      return [name, name === 'ids' ? (value as readonly number[]).map(String) : value]
    }),
  )

interface Preview {
  readonly redrivePreview: { readonly letters: number; readonly guarded: number }
}

/** Letters that died since the campaign began are counted with those that wait for it: it is about so many. */
const Left = ({ redrive }: { redrive: Redrive }) => {
  const { data } = usePolled<Preview>(
    'query($filter: DeadLetterFilter!, $most: Int) { redrivePreview(filter: $filter, maxRedrives: $most) { letters guarded } }',
    { filter: filterOf(redrive.filter), most: redrive.maxRedrives },
  )
  if (data === undefined) return null
  const done = total(redrive)
  const left = data.redrivePreview.letters - data.redrivePreview.guarded
  return <HowFar done={done} all={done + left} label="Letters looked after" isAbout />
}

const total = ({ redriven, skipped, refused, settled }: Redrive): number =>
  redriven + skipped + refused + settled
