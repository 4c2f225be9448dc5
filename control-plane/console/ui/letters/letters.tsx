/** Dead letters: found by actor, error, key, time and words; redriven or discarded by the page or by what was found. */

import { useState } from 'preact/hooks'

import { hrefOf, type Address } from '../address.ts'
import { count, moment } from '../format.ts'
import { More, Table, Title, useMaySteer } from '../page.tsx'
import { usePolled } from '../polled.ts'
import { Answered, Empty } from '../states.tsx'
import { SteerButton } from '../steer/steer-button.tsx'
import { placeText } from '../records/record-place.ts'
import { filterOf, letterFields, type Letter } from './letter-fields.ts'
import { LetterSearch } from './letter-search.tsx'
import { LetterState } from './letter-state.tsx'
import { RedriveButton } from './redrive-button.tsx'

interface Letters {
  readonly deadLetters: {
    readonly nodes: readonly Letter[]
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
  }
}

const query = `query($filter: DeadLetterFilter, $state: DeadLetterState, $after: String) {
  deadLetters(first: 50, filter: $filter, state: $state, after: $after) {
    nodes { ${letterFields} }
    pageInfo { hasNextPage endCursor }
  }
}`

const mostIds = 500

export const LettersPage = ({ address: { query: asked } }: { address: Address }) => {
  const filter = filterOf(asked)
  const state = asked['state'] ?? 'DEAD'
  const bell = {
    query: 'subscription($filter: DeadLetterFilter) { deadLetterArrived(filter: $filter) { id } }',
    variables: { filter },
  }
  const polled = usePolled<Letters>(
    query,
    {
      filter,
      state: state === 'ANY' ? null : state,
      after: asked['after'] ?? null,
    },
    bell,
  )
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const maySteer = useMaySteer()
  const ids = [...chosen].slice(0, mostIds)
  const done = (): void => {
    setChosen(new Set())
    polled.again()
  }
  return (
    <>
      <Title name="Dead letters">
        <a href={hrefOf(['redrives'])}>Redrive campaigns</a>
      </Title>
      <LetterSearch query={asked} />
      <Answered polled={polled}>
        {({ deadLetters: { nodes, pageInfo } }) =>
          nodes.length === 0 ? (
            <NoLetters isSearch={Object.keys(filter).length > 0 || state !== 'DEAD'} />
          ) : (
            <>
              {maySteer && (
                <div class="acts bar" role="group" aria-label="What to do with letters">
                  <RedriveButton
                    verb="Redrive all found"
                    title="Redrive all that this search finds"
                    filter={filter}
                    isDisabled={state !== 'DEAD' && state !== 'ANY'}
                    onDone={done}
                  />
                  <RedriveButton
                    verb={`Redrive chosen (${count(ids.length)})`}
                    title={`Redrive ${count(ids.length)} chosen letters`}
                    filter={{ ids }}
                    isDisabled={ids.length === 0}
                    onDone={done}
                  />
                  <SteerButton
                    verb={`Discard chosen (${count(ids.length)})`}
                    title={`Discard ${count(ids.length)} chosen letters`}
                    mutation="discardDeadLetters"
                    args={{ ids }}
                    says="Nothing more happens to them. They stay on record, with a receipt."
                    isGrave
                    isDisabled={ids.length === 0}
                    onDone={done}
                  />
                </div>
              )}
              <LetterRows letters={nodes} {...(maySteer && { chosen, onChange: setChosen })} />
              <More path={['letters']} query={asked} pageInfo={pageInfo} />
            </>
          )
        }
      </Answered>
    </>
  )
}

const NoLetters = ({ isSearch }: { isSearch: boolean }) =>
  isSearch ? (
    <Empty title="No letter is found">
      Look for less, or <a href={hrefOf(['letters'], { state: 'ANY' })}>at all letters</a>, in whatever state.
    </Empty>
  ) : (
    <Empty title="No dead letters">
      Nothing has been given up. What actors reject or fail at comes here once a relay process (
      <code>npm run relay</code>) has read the dead-letter topic.
    </Empty>
  )

interface RowsProps {
  readonly letters: readonly Letter[]
  readonly chosen?: ReadonlySet<string>
  readonly onChange?: (chosen: ReadonlySet<string>) => void
}

export const LetterRows = ({ letters, chosen, onChange }: RowsProps) => {
  const toggle = (id: string): void => {
    const next = new Set(chosen)
    if (!next.delete(id)) next.add(id)
    onChange?.(next)
  }
  const all = letters.every(({ id }) => chosen?.has(id))
  return (
    <>
      {onChange && (
        <label class="check">
          <input
            type="checkbox"
            checked={all}
            onChange={() => onChange(new Set(all ? [] : letters.map(({ id }) => id)))}
          />
          All of this page
        </label>
      )}
      <Table
        label="Dead letters"
        columns={[
          ...(onChange ? ['Choose'] : []),
          'Failed at',
          'Actor',
          'Error',
          'Record',
          'Key',
          { name: 'Attempts', number: true },
        ]}
      >
        {letters.map((letter) => (
          <tr key={letter.id}>
            {onChange && (
              <td>
                <input
                  type="checkbox"
                  aria-label={`Choose letter ${letter.id}`}
                  checked={chosen?.has(letter.id) ?? false}
                  onChange={() => toggle(letter.id)}
                />
              </td>
            )}
            <td class="nowrap">
              <a href={hrefOf(['letters', letter.id])}>{moment(letter.failedAt)}</a>
              <div>
                <LetterState of={letter.state} />
              </div>
            </td>
            <td>
              <div class="clamp" title={letter.actor}>
                {letter.actor}
              </div>
              <div class="quiet">{letter.groupName}</div>
            </td>
            <td class="wide">
              <code>{letter.errorClass || letter.errorCode || letter.outcome}</code>
              <div class="clamp">{letter.message}</div>
            </td>
            <td>
              <span class="path">{placeText(letter)}</span>
              <div class="quiet">{letter.eventType}</div>
            </td>
            <td class="path">{letter.key ?? '–'}</td>
            <td class="number">{count(letter.attempts)}</td>
          </tr>
        ))}
      </Table>
    </>
  )
}
