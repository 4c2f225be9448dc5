/** With what an actor runs: what operators registered of it, its versions side by side, its settings. */

import { hrefOf } from './address.ts'
import { count, duration, moment, word } from './format.ts'
import { Badge, Fact, Table, useMaySteer } from './page.tsx'
import { ShadowFacts, shadowFields, type ShadowReport } from './shadow-report.tsx'
import type { Tone } from './tone.ts'
import {
  RegisterButton,
  RegistrationButtons,
  RollBackButton,
  VersionButtons,
} from './registrations/registration-buttons.tsx'
import {
  optionsText,
  partitionsText,
  registrationTones,
  type Registration,
} from './registrations/registration.ts'

export interface ActorVersion {
  readonly version: string
  readonly role: 'CURRENT' | 'CANARY' | 'SHADOW' | 'FORMER'
  readonly partitions: readonly number[]
  readonly applied: number
  readonly rejected: number
  readonly exhausted: number
  readonly others: number
  /** Null: it is none. */
  readonly shadow: ShadowReport | null
}

export const versionFields = `version role partitions applied rejected exhausted others shadow { ${shadowFields} }`

export interface ActorSettings {
  readonly startFrom: string
  readonly timeLimitMs: number
  readonly retryMode: string
  readonly attempts: number
  readonly backoff: string
  readonly firstDelayMs: number
  readonly maxDelayMs: number
}

export const settingsFields = 'startFrom timeLimitMs retryMode attempts backoff firstDelayMs maxDelayMs'

const waits: Readonly<Record<string, string>> = {
  block: 'its lane waits',
  park: 'its key waits, parked',
  topic: 'nothing waits: it goes to a retry topic',
}

export const SettingsFacts = ({ of }: { of: ActorSettings | null }) =>
  of === null ? (
    <Fact name="Settings">its process is of an earlier version and does not tell</Fact>
  ) : (
    <>
      <Fact name="Attempts">
        {count(of.attempts)}, {of.backoff}: {duration(of.firstDelayMs)} to {duration(of.maxDelayMs)} apart
      </Fact>
      <Fact name="While one waits">{waits[of.retryMode] ?? of.retryMode}</Fact>
      <Fact name="An attempt lasts">{duration(of.timeLimitMs)} at most</Fact>
      <Fact name="A new group begins">
        {of.startFrom === 'latest' ? 'at the end' : 'with the first record'}
      </Fact>
    </>
  )

interface RegistrationProps {
  readonly actor: string
  readonly registration: Registration | null
  readonly candidate: 'canary' | 'shadow' | undefined
  readonly onDone: () => void
}

export const RegistrationCard = ({ actor, registration, candidate, onDone }: RegistrationProps) => {
  const maySteer = useMaySteer('ADMIN')
  return (
    <section class="card whole">
      <h2>Registration</h2>
      {registration === null ? (
        <p class="quiet">Nobody registered it: it runs as it is in the actors folder.</p>
      ) : (
        <dl class="facts">
          <Fact name="Module">
            <a href={hrefOf(['registrations'])}>{registration.module}</a>{' '}
            <span class="quiet path">{registration.version}</span>
          </Fact>
          <Fact name="State">
            <Badge tone={registrationTones[registration.state]}>{word(registration.state)}</Badge>
          </Fact>
          <Fact name="What is set">{optionsText(registration.options) || "the module's own"}</Fact>
          <Fact name="Changed">
            {moment(registration.changedAt)} by {registration.changedBy}
          </Fact>
        </dl>
      )}
      {maySteer && (
        <div class="acts bar">
          {registration === null ? (
            <RegisterButton module={actor} onDone={onDone} />
          ) : (
            <>
              <RegistrationButtons of={registration} onDone={onDone} />
              <VersionButtons onDone={onDone} />
              <RollBackButton
                actor={actor}
                verb={candidate === undefined ? 'Roll back' : `End ${candidate}`}
                onDone={onDone}
              />
            </>
          )}
        </div>
      )}
    </section>
  )
}

const roleTones: Readonly<Record<ActorVersion['role'], Tone>> = {
  CURRENT: 'good',
  CANARY: 'busy',
  SHADOW: 'busy',
  FORMER: 'quiet',
}

export const Versions = ({ versions }: { versions: readonly ActorVersion[] }) =>
  versions.length === 0 ? null : (
    <>
      <h2>Versions, since the processes began</h2>
      <Table
        label="Versions"
        columns={[
          'Version',
          'What it is',
          { name: 'Applied', number: true },
          { name: 'Rejected', number: true },
          { name: 'Exhausted', number: true },
          { name: 'Others', number: true },
        ]}
      >
        {versions.map((one) => (
          <tr key={one.version}>
            <th scope="row" class="path">
              {one.version}
            </th>
            <td>
              <Badge tone={roleTones[one.role]}>{word(one.role)}</Badge>
              {one.partitions.length > 0 && (
                <span class="quiet"> of partitions {partitionsText(one.partitions)}</span>
              )}
            </td>
            <td class="number">{count(one.applied)}</td>
            <td class={one.rejected > 0 ? 'number mark' : 'number'}>{count(one.rejected)}</td>
            <td class={one.exhausted > 0 ? 'number mark' : 'number'}>{count(one.exhausted)}</td>
            <td class="number">{count(one.others)}</td>
          </tr>
        ))}
      </Table>
      {versions.map(
        ({ version, shadow }) =>
          shadow !== null && <ShadowFacts key={version} version={version} of={shadow} />,
      )}
    </>
  )
