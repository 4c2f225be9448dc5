/** What dead letters can be searched by. */

import { SearchForm, type SearchField } from '../search-form.tsx'
import type { Query } from './letter-fields.ts'

const fields: readonly SearchField[] = [
  { name: 'text', label: 'Words of the message', type: 'search' },
  { name: 'actor', label: 'Actor' },
  { name: 'error', label: 'Class or code of the error' },
  { name: 'key', label: 'Key' },
  { name: 'eventId', label: 'Event' },
  { name: 'tenant', label: 'Tenant' },
  { name: 'topic', label: 'Topic' },
  { name: 'group', label: 'Group' },
  { name: 'from', label: 'Failed from', type: 'datetime-local' },
  { name: 'to', label: 'Failed before', type: 'datetime-local' },
  {
    name: 'state',
    label: 'State',
    options: [
      ['DEAD', 'dead'],
      ['REDRIVING', 'redriving'],
      ['REDRIVEN', 'redriven'],
      ['DISCARDED', 'discarded'],
      ['ANY', 'any'],
    ],
    first: 'DEAD',
  },
]

export const LetterSearch = ({ query }: { query: Query }) => (
  <SearchForm label="Dead letters" path={['letters']} query={query} fields={fields} />
)
