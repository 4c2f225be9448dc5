/** What operators asked of processes, and who of them has done it. */

import { hrefOf, type Address } from '../address.ts'
import { moment } from '../format.ts'
import { bellOfCommand } from '../live.ts'
import { Fact, More, Table, Title } from '../page.tsx'
import { usePolled } from '../polled.ts'
import { Answered, Empty } from '../states.tsx'
import { commandFields, type Command } from '../steer/mutations.ts'
import { Answers, OutcomeBadge } from '../steer/outcome.tsx'

interface Commands {
  readonly commands: {
    readonly nodes: readonly Command[]
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
  }
}

const query = `query($after: String) {
  commands(first: 50, after: $after) { nodes { ${commandFields} } pageInfo { hasNextPage endCursor } }
}`

/** What is asked, without the kind, which stands beside it. */
const bodyText = (body: string): string => {
  const { kind, ...rest } = JSON.parse(body) as Record<string, unknown>
  return Object.entries(rest)
    .map(([name, value]) => (name === 'units' ? unitsText(value) : `${name}: ${valueText(value)}`))
    .join(', ')
}

const unitsText = (units: unknown): string => Object.values(units as Record<string, unknown>).join(' / ')

const valueText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

export const CommandsPage = ({ address: { query: asked } }: { address: Address }) => (
  <>
    <Title name="Commands" />
    <Answered polled={usePolled<Commands>(query, { after: asked['after'] ?? null })}>
      {({ commands: { nodes, pageInfo } }) =>
        nodes.length === 0 ? (
          <Empty title="No command was given">
            Pauses, resets and registrations are commands to processes:{' '}
            <a href={hrefOf(['actors'])}>an actor</a> or <a href={hrefOf(['partitions'])}>a partition</a> is
            where they are given.
          </Empty>
        ) : (
          <>
            <Table label="Commands" columns={['Command', 'Asked', 'What', 'State', 'Acknowledged']}>
              {nodes.map((command) => (
                <tr key={command.id}>
                  <th scope="row">
                    <a href={hrefOf(['commands', command.id])}>
                      {command.id} {command.kind}
                    </a>
                  </th>
                  <td class="nowrap">
                    {moment(command.askedAt)}
                    <div class="quiet">{command.askedBy}</div>
                  </td>
                  <td class="wide">{bodyText(command.body)}</td>
                  <td>
                    <OutcomeBadge of={command.state} />
                  </td>
                  <td>
                    {command.answers.length} of {command.answers.length + command.waitingForIds.length}
                  </td>
                </tr>
              ))}
            </Table>
            <More path={['commands']} query={asked} pageInfo={pageInfo} />
          </>
        )
      }
    </Answered>
  </>
)

export const CommandPage = ({ address: { path } }: { address: Address }) => {
  const id = path[1] ?? ''
  const polled = usePolled<{ readonly command: Command | null }>(
    `query($id: ID!) { command(id: $id) { ${commandFields} } }`,
    { id },
    bellOfCommand(id),
  )
  return (
    <>
      <Title name={`Command ${id}`} up={{ path: ['commands'], name: 'Commands' }} />
      <Answered polled={polled}>
        {({ command }) =>
          command === null ? (
            <Empty title="There is no such command">
              <a href={hrefOf(['commands'])}>All commands</a>
            </Empty>
          ) : (
            <div class="columns">
              <section class="card">
                <h2>{command.kind}</h2>
                <dl class="facts">
                  <Fact name="State">
                    <OutcomeBadge of={command.state} />
                  </Fact>
                  <Fact name="What">{bodyText(command.body)}</Fact>
                  <Fact name="Asked">
                    {moment(command.askedAt)} by {command.askedBy}
                  </Fact>
                  <Fact name="Not read after">{moment(command.expiresAt)}</Fact>
                </dl>
              </section>
              <section class="card">
                <h2>Who acknowledged</h2>
                <Answers command={command} />
              </section>
            </div>
          )
        }
      </Answered>
    </>
  )
}
