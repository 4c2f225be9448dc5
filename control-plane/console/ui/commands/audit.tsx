/** Who asked for what, and what came of it. */

import { hrefOf, type Address } from '../address.ts'
import { moment, word } from '../format.ts'
import { Fact, More, Table, Title } from '../page.tsx'
import { usePolled } from '../polled.ts'
import { SearchForm, type SearchField } from '../search-form.tsx'
import { Answered, Empty } from '../states.tsx'
import type { Outcome } from '../steer/mutations.ts'
import { Lines, OutcomeBadge } from '../steer/outcome.tsx'

interface Entry {
  readonly id: string
  readonly at: string
  readonly who: string
  readonly role: string
  readonly mutation: string
  readonly arguments: string
  readonly reason: string
  readonly outcome: Outcome
  readonly message: string
  readonly touches: readonly string[]
  readonly command: { readonly id: string } | null
}

interface Entries {
  readonly auditLog: {
    readonly nodes: readonly Entry[]
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
  }
}

const entryFields = 'id at who role mutation arguments reason outcome message touches command { id }'

const query = `query($who: String, $mutation: String, $after: String) {
  auditLog(first: 50, who: $who, mutation: $mutation, after: $after) {
    nodes { ${entryFields} }
    pageInfo { hasNextPage endCursor }
  }
}`

const fields: readonly SearchField[] = [
  { name: 'who', label: 'Who' },
  { name: 'mutation', label: 'Mutation' },
]

const argumentsText = (json: string): string =>
  Object.entries(JSON.parse(json) as Record<string, unknown>)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ')

export const AuditPage = ({ address: { query: asked } }: { address: Address }) => (
  <>
    <Title name="Audit log" />
    <SearchForm label="Audit log" path={['audit']} query={asked} fields={fields} />
    <Answered
      polled={usePolled<Entries>(query, {
        who: asked['who'] ?? null,
        mutation: asked['mutation'] ?? null,
        after: asked['after'] ?? null,
      })}
    >
      {({ auditLog: { nodes, pageInfo } }) =>
        nodes.length === 0 ? (
          <Empty title="No entry">
            Whatever an operator asks to be done leaves one here, also when it is refused or only a dry run.
          </Empty>
        ) : (
          <>
            <Table label="Audit log" columns={['At', 'Who', 'Asked for', 'Outcome']}>
              {nodes.map((entry) => (
                <tr key={entry.id}>
                  <td class="nowrap">
                    <a href={hrefOf(['audit', entry.id])}>{moment(entry.at)}</a>
                  </td>
                  <td>
                    {entry.who}
                    <div class="quiet">{word(entry.role)}</div>
                  </td>
                  <td class="wide">
                    <strong>{entry.mutation}</strong>{' '}
                    <span class="path">{argumentsText(entry.arguments)}</span>
                    {entry.reason !== '' && <div class="quiet">“{entry.reason}”</div>}
                  </td>
                  <td class="wide">
                    <OutcomeBadge of={entry.outcome} /> {entry.message}{' '}
                    {entry.command !== null && (
                      <a href={hrefOf(['commands', entry.command.id])}>Command {entry.command.id}</a>
                    )}
                    {entry.touches.length > 0 && (
                      <details>
                        <summary>What it touches ({entry.touches.length})</summary>
                        <Lines>{entry.touches}</Lines>
                      </details>
                    )}
                  </td>
                </tr>
              ))}
            </Table>
            <More path={['audit']} query={asked} pageInfo={pageInfo} />
          </>
        )
      }
    </Answered>
  </>
)

export const EntryPage = ({ address: { path } }: { address: Address }) => {
  const id = path[1] ?? ''
  const polled = usePolled<{ readonly auditEntry: Entry | null }>(
    `query($id: ID!) { auditEntry(id: $id) { ${entryFields} } }`,
    { id },
  )
  return (
    <>
      <Title name={`Audit entry ${id}`} up={{ path: ['audit'], name: 'Audit log' }} />
      <Answered polled={polled}>
        {({ auditEntry: entry }) =>
          entry === null ? (
            <Empty title="There is no such entry">
              <a href={hrefOf(['audit'])}>All entries</a>
            </Empty>
          ) : (
            <section class="card">
              <h2>
                {entry.mutation} <OutcomeBadge of={entry.outcome} />
              </h2>
              <p class="says">{entry.message}</p>
              <dl class="facts">
                <Fact name="Asked">
                  {moment(entry.at)} by {entry.who}, {word(entry.role)}
                </Fact>
                <Fact name="Why">{entry.reason || 'nothing was said'}</Fact>
                <Fact name="With">
                  <span class="path">{argumentsText(entry.arguments) || '–'}</span>
                </Fact>
                {entry.command !== null && (
                  <Fact name="Carried out by">
                    <a href={hrefOf(['commands', entry.command.id])}>Command {entry.command.id}</a>
                  </Fact>
                )}
              </dl>
              <h3>What it touches</h3>
              {entry.touches.length === 0 ? <p class="quiet">Nothing.</p> : <Lines>{entry.touches}</Lines>}
            </section>
          )
        }
      </Answered>
    </>
  )
}
