/** Which modules operators registered, with what is set of them; which version took the place of which. */

import { hrefOf } from '../address.ts'
import { moment, word } from '../format.ts'
import { bellOfGroups } from '../live.ts'
import { Badge, Table, Title, useMaySteer } from '../page.tsx'
import { usePolled } from '../polled.ts'
import { Answered, Empty } from '../states.tsx'
import { Promotions, promotionFields, type Promotion } from './promotions.tsx'
import { RegisterButton, RegistrationButtons, VersionButtons } from './registration-buttons.tsx'
import {
  optionsText,
  partitionsText,
  registrationFields,
  registrationTones,
  type Registration,
} from './registration.ts'

interface View {
  readonly registrations: readonly Registration[]
  readonly promotions: readonly Promotion[]
}

const query = `{ registrations { ${registrationFields} } promotions { ${promotionFields} } }`

export const RegistrationsPage = () => {
  const polled = usePolled<View>(query, undefined, bellOfGroups)
  const maySteer = useMaySteer('ADMIN')
  return (
    <>
      <Title name="Registrations">
        <RegisterButton onDone={polled.again} />
        <VersionButtons onDone={polled.again} />
      </Title>
      {!maySteer && <p class="quiet">What is registered is changed with the key of an admin.</p>}
      <Answered polled={polled}>
        {({ registrations, promotions }) =>
          registrations.length === 0 ? (
            <Empty title="Nothing is registered">
              Every module of the actors folder runs as it is: see <a href={hrefOf(['actors'])}>Actors</a>.
              With the first registration what runs then is registered, too, and from then on that alone runs.
            </Empty>
          ) : (
            <>
              <Table
                label="Registrations"
                columns={[
                  'Module',
                  'Actor',
                  'State',
                  'What is set',
                  'Changed',
                  ...(maySteer ? ['What to do'] : []),
                ]}
              >
                {registrations.map((registration) => (
                  <Row
                    key={registration.module}
                    of={registration}
                    maySteer={maySteer}
                    onDone={polled.again}
                  />
                ))}
              </Table>
              <h2>Promotions</h2>
              <Promotions promotions={promotions} onDone={polled.again} />
            </>
          )
        }
      </Answered>
    </>
  )
}

interface RowProps {
  readonly of: Registration
  readonly maySteer: boolean
  readonly onDone: () => void
}

const Row = ({ of: registration, maySteer, onDone }: RowProps) => {
  const { module, actor, groupName, state, version, options, partitions, changedBy, changedAt } = registration
  return (
    <tr>
      <th scope="row">
        {module}
        <div class="quiet path">{version}</div>
      </th>
      <td>
        <a href={hrefOf(['actors', groupName, actor])}>{actor}</a>
        <div class="quiet">{groupName}</div>
      </td>
      <td>
        <Badge tone={registrationTones[state]}>{word(state)}</Badge>
        {partitions.length > 0 && <div class="quiet">partitions {partitionsText(partitions)}</div>}
      </td>
      <td class="wide">{optionsText(options) || <span class="quiet">the module's own</span>}</td>
      <td class="nowrap">
        {moment(changedAt)}
        <div class="quiet">{changedBy}</div>
      </td>
      {maySteer && (
        <td>
          <div class="acts">
            <RegistrationButtons of={registration} onDone={onDone} />
          </div>
        </td>
      )}
    </tr>
  )
}
