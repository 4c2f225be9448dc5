/** Which actor reads which event, with which version of its schema. */

import { hrefOf, type Address } from './address.ts'
import { Table, Title } from './page.tsx'
import { usePolled } from './polled.ts'
import { SearchForm, type SearchField } from './search-form.tsx'
import { Answered, Empty } from './states.tsx'

interface EventTypes {
  readonly eventTypes: readonly {
    readonly name: string
    readonly readers: readonly {
      readonly actor: {
        readonly name: string
        readonly groupName: string
        readonly topics: readonly string[]
      }
      readonly version: number | null
    }[]
  }[]
}

const query = `query($name: String) {
  eventTypes(name: $name) { name readers { version actor { name groupName topics } } }
}`

const fields: readonly SearchField[] = [{ name: 'name', label: 'Event type, its whole name' }]

export const EventTypesPage = ({ address: { query: asked } }: { address: Address }) => (
  <>
    <Title name="Event types" />
    <SearchForm label="Event types" path={['event-types']} query={asked} fields={fields} />
    <Answered polled={usePolled<EventTypes>(query, { name: asked['name'] ?? null })}>
      {({ eventTypes }) =>
        eventTypes.length === 0 ? (
          <Empty title="No actor reads such an event">
            {asked['name'] === undefined ? (
              <>
                Processes tell what their actors read: is one running? See{' '}
                <a href={hrefOf(['nodes'])}>Nodes</a>.
              </>
            ) : (
              <a href={hrefOf(['event-types'])}>All event types that are read</a>
            )}
          </Empty>
        ) : (
          <Table label="Event types" columns={['Event type', 'Schema', 'Read by', 'Group', 'From topics']}>
            {eventTypes.flatMap(({ name, readers }) => {
              const versions = new Set(readers.map(({ version }) => version))
              return readers.map(({ actor, version }, nth) => (
                <tr key={`${name}/${actor.groupName}/${actor.name}`}>
                  {nth === 0 && (
                    <th scope="rowgroup" rowSpan={readers.length}>
                      <span class="path">{name}</span>
                      {versions.size > 1 && <div class="quiet">readers differ in their version</div>}
                    </th>
                  )}
                  <td>{version === null ? <span class="quiet">its own</span> : `v${String(version)}`}</td>
                  <td>
                    <a href={hrefOf(['actors', actor.groupName, actor.name])}>{actor.name}</a>
                  </td>
                  <td>{actor.groupName}</td>
                  <td class="wide">{actor.topics.join(', ')}</td>
                </tr>
              ))
            })}
          </Table>
        )
      }
    </Answered>
  </>
)
