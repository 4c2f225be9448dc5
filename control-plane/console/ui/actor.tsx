/** One actor: what it is, how far it is, what went wrong, and its brakes. */

import {
  RegistrationCard,
  SettingsFacts,
  settingsFields,
  versionFields,
  Versions,
  type ActorSettings,
  type ActorVersion,
} from './actor-version.tsx'
import { Stages, type StageCost } from './actor-stages.tsx'
import { registrationFields, type Registration } from './registrations/registration.ts'
import { hrefOf, type Address } from './address.ts'
import { count, duration, rate, timeOfDay } from './format.ts'
import { bellOfGroup } from './live.ts'
import { Badge, Fact, Table, Title } from './page.tsx'
import { holds, pauseFields, Pauses, type Pause } from './pauses.tsx'
import { usePolled } from './polled.ts'
import { Answered, Empty } from './states.tsx'
import { ReplayButton, unitsOf, type ReplayableUnit } from './replays/replay-button.tsx'
import { UnitButtons } from './steer/unit-buttons.tsx'

interface ActorView {
  readonly actors: { readonly nodes: readonly Actor[] }
  readonly partitions: {
    readonly nodes: readonly PartitionOfActor[]
    readonly pageInfo: { readonly hasNextPage: boolean }
  }
  readonly lastErrors: readonly {
    readonly at: string
    readonly code: string
    readonly message: string
    readonly times: number
  }[]
  readonly pauses: readonly Pause[]
}

interface Actor {
  readonly name: string
  readonly topics: readonly string[]
  readonly receives: readonly string[]
  readonly order: string
  readonly effects: string
  readonly concurrency: number
  readonly lanes: number
  readonly consistent: boolean
  readonly liveProcesses: number
  readonly outcomes: Readonly<Record<(typeof outcomeNames)[number][0] | 'perSecond' | 'total', number>> & {
    readonly stages: readonly StageCost[]
  }
  readonly reads: readonly { readonly name: string; readonly version: number | null }[]
  readonly settings: ActorSettings | null
  readonly versions: readonly ActorVersion[]
  readonly registration: Registration | null
}

interface PartitionOfActor {
  readonly topic: string
  readonly partition: number
  readonly lagRecords: number | null
  readonly lagMs: number | null
  readonly process: { readonly nodeName: string } | null
  readonly units: readonly {
    readonly actor: string
    readonly lifecycle: string
    readonly frontier: number | null
    readonly unfinishedRecords: number
    readonly waitingFor: string | null
    readonly quarantine: string | null
  }[]
}

const outcomeNames = [
  ['applied', 'Applied'],
  ['duplicate', 'Duplicates'],
  ['redelivered', 'Delivered again'],
  ['retries', 'Retries'],
  ['parked', 'Parked'],
  ['skipped', 'Skipped'],
  ['rejected', 'Rejected'],
  ['undecodable', 'Undecodable'],
  ['exhausted', 'Exhausted'],
] as const

const query = `query($group: String!, $actor: String!) {
  actors(first: 100, group: $group) {
    nodes {
      name topics receives order effects concurrency lanes consistent liveProcesses
      reads { name version } settings { ${settingsFields} } versions { ${versionFields} }
      registration { ${registrationFields} }
      outcomes { perSecond total stages { stage totalMs msPerSecond } ${outcomeNames.map(([name]) => name).join(' ')} }
    }
  }
  partitions(first: 100, group: $group) {
    nodes {
      topic partition lagRecords lagMs process { nodeName }
      units { actor lifecycle frontier unfinishedRecords waitingFor quarantine }
    }
    pageInfo { hasNextPage }
  }
  lastErrors(first: 10, actor: $actor, group: $group) { at code message times }
  pauses(group: $group) { ${pauseFields} }
}`

export const ActorPage = ({ address: { path } }: { address: Address }) => {
  const [, group = '', name = ''] = path
  const polled = usePolled<ActorView>(query, { group, actor: name }, bellOfGroup(group))
  const isPaused = polled.data?.pauses.some((pause) => holds(pause, { group, actor: name })) ?? false
  return (
    <>
      <Title name={name} up={{ path: ['actors'], name: 'Actors' }}>
        <UnitButtons units={{ group, actor: name }} isPaused={isPaused} onDone={polled.again} />
        <ReplayButton
          units={unitsIn(polled.data, group, name)}
          label={`Replay a range of actor ${name}`}
          onDone={polled.again}
        />
      </Title>
      <Answered polled={polled}>
        {(view) => {
          const actor = view.actors.nodes.find((one) => one.name === name)
          return actor === undefined ? (
            <Empty title="No process runs such an actor">
              <a href={hrefOf(['actors'])}>All actors</a>
            </Empty>
          ) : (
            <ActorDetail actor={actor} group={group} view={view} onDone={polled.again} />
          )
        }}
      </Answered>
    </>
  )
}

/** Those that can be replayed: what is done of a replay is known in Postgres alone. */
const unitsIn = (view: ActorView | undefined, group: string, name: string): readonly ReplayableUnit[] =>
  view?.actors.nodes.find((one) => one.name === name)?.effects === 'postgres'
    ? unitsOf(view.partitions.nodes.map((partition) => ({ ...partition, groupName: group }))).filter(
        ({ actor }) => actor === name,
      )
    : []

interface DetailProps {
  readonly actor: Actor
  readonly group: string
  readonly view: ActorView
  readonly onDone: () => void
}

const ActorDetail = ({ actor, group, view, onDone }: DetailProps) => (
  <>
    <Pauses pauses={view.pauses.filter((pause) => pause.actor === null || pause.actor === actor.name)} />
    <div class="columns">
      <section class="card">
        <h2>What it is</h2>
        <dl class="facts">
          <Fact name="Group">{group}</Fact>
          <Fact name="Receives">
            <Reads of={actor} />
          </Fact>
          <Fact name="Topics">{actor.topics.join(', ')}</Fact>
          <Fact name="Order, effects">
            {actor.order}, {actor.effects}
          </Fact>
          <Fact name="At a time">
            {count(actor.concurrency)} records in each of {count(actor.lanes)} lanes
          </Fact>
          <Fact name="Runs in">
            {count(actor.liveProcesses)} {actor.liveProcesses === 1 ? 'process' : 'processes'}
            {!actor.consistent && <span class="mark"> that differ: a version is being rolled out</span>}
          </Fact>
          <SettingsFacts of={actor.settings} />
        </dl>
      </section>
      <section class="card">
        <h2>
          What became of records <span class="figure">{rate(actor.outcomes.perSecond)}</span>
        </h2>
        <dl class="facts">
          {outcomeNames.map(([name, says]) => (
            <Fact key={name} name={says}>
              {count(actor.outcomes[name])}
            </Fact>
          ))}
        </dl>
        <p>
          <a href={hrefOf(['letters'], { actor: actor.name, group })}>Dead letters</a>
          {' · '}
          <a href={hrefOf(['parked'], { actor: actor.name, group })}>Parked keys</a>
          {' · '}
          <a href={hrefOf(['replays'], { actor: actor.name, group })}>Replays</a>
        </p>
      </section>
      <RegistrationCard
        actor={actor.name}
        registration={actor.registration}
        candidate={candidateAmong(actor.versions)}
        onDone={onDone}
      />
    </div>
    <h2>Where time goes</h2>
    <Stages stages={actor.outcomes.stages} records={actor.outcomes.total} />
    <Versions versions={actor.versions} />
    <h2>Partitions</h2>
    <PartitionRows actor={actor.name} group={group} partitions={view.partitions.nodes} />
    {view.partitions.pageInfo.hasNextPage && <p class="quiet">These are of the group's first 100.</p>}
    <h2>Last errors</h2>
    {view.lastErrors.length === 0 ? (
      <p class="quiet">None that a process remembers.</p>
    ) : (
      <Table label="Last errors" columns={['At', 'Code', 'Message', { name: 'Times', number: true }]}>
        {view.lastErrors.map((error) => (
          <tr key={`${error.at}${error.message}`}>
            <td class="nowrap">{timeOfDay(error.at)}</td>
            <td>
              <code>{error.code}</code>
            </td>
            <td class="wide">{error.message}</td>
            <td class="number">{count(error.times)}</td>
          </tr>
        ))}
      </Table>
    )}
  </>
)

/** That `rollBackActor` would end. */
const candidateAmong = (versions: readonly ActorVersion[]): 'canary' | 'shadow' | undefined => {
  const has = (role: ActorVersion['role']): boolean => versions.some((each) => each.role === role)
  if (has('CANARY')) return 'canary'
  return has('SHADOW') ? 'shadow' : undefined
}

/** Each with the version of its schema, where it is one of the files that are known. */
const Reads = ({ of: { reads, receives } }: { of: Actor }) =>
  reads.length === 0 ? (
    <>{receives.join(', ')}</>
  ) : (
    <>
      {reads.map(({ name, version }) => (
        <div key={name}>
          <a href={hrefOf(['event-types'], { name })}>{name}</a>
          {version !== null && <span class="quiet"> v{version}</span>}
        </div>
      ))}
    </>
  )

interface RowsProps {
  readonly actor: string
  readonly group: string
  readonly partitions: readonly PartitionOfActor[]
}

const PartitionRows = ({ actor, group, partitions }: RowsProps) => {
  const rows = partitions.flatMap((partition) =>
    partition.units.filter((unit) => unit.actor === actor).map((unit) => ({ partition, unit })),
  )
  if (rows.length === 0) return <p class="quiet">No process says that it has one.</p>
  return (
    <Table
      label="Partitions"
      columns={[
        'Partition',
        'State',
        'On node',
        { name: 'Frontier', number: true },
        { name: 'In hand', number: true },
        { name: 'Behind', number: true },
      ]}
    >
      {rows.map(({ partition: { topic, partition, lagMs, lagRecords, process }, unit }) => (
        <tr key={`${topic}/${String(partition)}`}>
          <th scope="row">
            <a href={hrefOf(['partitions'], { at: `${group}/${topic}/${String(partition)}` })}>
              {topic}/{partition}
            </a>
          </th>
          <td>
            <Badge tone={unit.lifecycle === 'running' ? 'good' : 'quiet'}>{unit.lifecycle}</Badge>
            {unit.waitingFor !== null && <span class="mark"> waits for {unit.waitingFor}</span>}
            {unit.quarantine !== null && <div class="mark">in quarantine: {unit.quarantine}</div>}
          </td>
          <td>{process?.nodeName ?? <span class="mark">nobody has it</span>}</td>
          <td class="number">{count(unit.frontier)}</td>
          <td class="number">{count(unit.unfinishedRecords)}</td>
          <td class="number">
            {duration(lagMs)}
            {lagRecords !== null && <div class="quiet">{count(lagRecords)} records</div>}
          </td>
        </tr>
      ))}
    </Table>
  )
}
