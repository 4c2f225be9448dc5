/** What became of an event, in every actor that met it: drawn, and told step by step. */

import { hrefOf, type Address } from '../address.ts'
import { moment } from '../format.ts'
import { Table, Title } from '../page.tsx'
import { usePolled } from '../polled.ts'
import { PlaceLink } from '../records/place-link.tsx'
import { SearchForm, type SearchField } from '../search-form.tsx'
import { Answered, Empty } from '../states.tsx'
import { mostDrawn, type Step } from './story-layout.ts'
import { stepWords, StoryPicture } from './story-picture.tsx'

const query = `query($eventId: String!, $tenant: String!) {
  explainEvent(eventId: $eventId, tenant: $tenant) {
    known steps { kind at groupName actor record message deadLetterId }
  }
}`

const fields: readonly SearchField[] = [
  { name: 'event', label: 'Event id', isNeeded: true },
  { name: 'tenant', label: 'Tenant (empty: none)' },
]

interface Story {
  readonly explainEvent: { readonly known: boolean; readonly steps: readonly Step[] }
}

export const StoryPage = ({ address: { query: asked } }: { address: Address }) => {
  const { event = '', tenant = '' } = asked
  return (
    <>
      <Title name="Story of an event" />
      <SearchForm label="Event" path={['story']} query={asked} fields={fields} verb="Tell its story" />
      {event === '' ? (
        <Empty title="Which event?">
          Its id stands in the log, in a trace, in a dead letter: give it, with the tenant that it is of.
        </Empty>
      ) : (
        <Told key={`${event} ${tenant}`} eventId={event} tenant={tenant} />
      )}
    </>
  )
}

const Told = ({ eventId, tenant }: { eventId: string; tenant: string }) => (
  <Answered polled={usePolled<Story>(query, { eventId, tenant })}>
    {({ explainEvent: { known, steps } }) =>
      !known ? (
        <Empty title="Nothing is known of this event">
          {tenant === ''
            ? 'It was looked for without a tenant: where it has one, give that, too.'
            : `No actor of tenant ${tenant} met it, or it is longer ago than ids are kept (INBOX_DAYS).`}
        </Empty>
      ) : (
        <>
          <StoryPicture eventId={eventId} steps={steps} />
          {steps.length > mostDrawn && <p class="quiet">The picture shows its first {mostDrawn} steps.</p>}
          <h2>Step by step</h2>
          <Table label="Steps" columns={['When', 'What', 'Actor', 'Record', 'In words']}>
            {steps.map((step, nth) => (
              <tr key={nth}>
                <td class="nowrap">{step.at === null ? 'not known' : moment(step.at)}</td>
                <td>{stepWords[step.kind]}</td>
                <td>
                  {step.actor || '–'}
                  <div class="quiet">{step.groupName}</div>
                </td>
                <td class="path">{step.record === '' ? '–' : <PlaceLink text={step.record} />}</td>
                <td class="wide">
                  {step.message}
                  {step.deadLetterId !== null && (
                    <>
                      {' '}
                      <a href={hrefOf(['letters', step.deadLetterId])}>Letter {step.deadLetterId}</a>
                    </>
                  )}
                </td>
              </tr>
            ))}
          </Table>
        </>
      )
    }
  </Answered>
)
