/** What dead letters can be searched by. */

import { SearchForm, type SearchField } from '../search-form.tsx'
import type { Query } from './letter-fields.ts'

const fields: readonly SearchField[] = [
  { name: 'text', label: 'Words of the message', type: 'search' },
  { name: 'actor', label: 'Actor' },
  { name: 'error', label: 'Class or code of the error' },
  { name: 'key', label: 'Key' },
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
  { name: 'eventId', label: 'Event', isRare: true },
  { name: 'tenant', label: 'Tenant', isRare: true },
  { name: 'topic', label: 'Topic', isRare: true },
  { name: 'group', label: 'Group', isRare: true },
  { name: 'from', label: 'Failed from', type: 'datetime-local', isRare: true },
  { name: 'to', label: 'Failed before', type: 'datetime-local', isRare: true },
]

export const LetterSearch = ({ query }: { query: Query }) => (
  <SearchForm label="Dead letters" path={['letters']} query={query} fields={fields} />
)
