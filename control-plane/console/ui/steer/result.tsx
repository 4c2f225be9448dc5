/** What came of a mutation; where processes have not answered yet, until they have. */

import { hrefOf } from '../address.ts'
import { bellOfCommand } from '../live.ts'
import { usePolled } from '../polled.ts'
import { commandFields, type Command, type MutationResult } from './mutations.ts'
import { Answers, OutcomeBadge } from './outcome.tsx'

const commandQuery = `query($id: ID!) { command(id: $id) { ${commandFields} } }`

const stillWaits = 'What is left goes on by itself: you may close this.'

export const Result = ({ result }: { result: MutationResult }) => (
  <div role="status" class="result">
    {result.command === null ? (
      <p>
        <OutcomeBadge of={result.outcome} /> {result.message}
      </p>
    ) : (
      <Progress first={result.command} message={result.message} />
    )}
    <p>
      {result.command !== null && (
        <>
          <a href={hrefOf(['commands', result.command.id])}>Command {result.command.id}</a>
          {' · '}
        </>
      )}
      <a href={hrefOf(['audit', result.audit.id])}>Audit entry {result.audit.id}</a>
    </p>
  </div>
)

const Progress = ({ first, message }: { first: Command; message: string }) => {
  const { data } = usePolled<{ readonly command: Command | null }>(
    commandQuery,
    { id: first.id },
    bellOfCommand(first.id),
  )
  const command = data?.command ?? first
  const waits = command.state === 'WAITING'
  return (
    <>
      <p>
        <OutcomeBadge of={command.state} />{' '}
        {command.state === first.state ? message : `${command.answers.length} have answered.`}{' '}
        {waits && stillWaits}
      </p>
      <Answers command={command} />
    </>
  )
}
