/** Partitions as a map: a square each, darker the further behind in time. */

import { goTo, hrefOf, type Address } from './address.ts'
import { count, duration, timeOfDay } from './format.ts'
import { bellOfGroups } from './live.ts'
import { Fact, Title } from './page.tsx'
import { holds, pauseFields, Pauses, type Pause } from './pauses.tsx'
import { usePolled } from './polled.ts'
import { Answered, Empty } from './states.tsx'
import { ReplayButton, unitsOf } from './replays/replay-button.tsx'
import { UnitButtons } from './steer/unit-buttons.tsx'

interface Partition {
  readonly groupName: string
  readonly topic: string
  readonly partition: number
  readonly hold: 'HELD' | 'CONTESTED' | 'UNHELD'
  readonly asOf: string
  readonly frontier: number | null
  readonly end: number | null
  readonly lagRecords: number | null
  readonly lagMs: number | null
  readonly drainMs: number | null
  readonly process: { readonly id: string; readonly nodeName: string } | null
  readonly units: readonly {
    readonly actor: string
    readonly lifecycle: string
    readonly unfinishedRecords: number
    readonly waitingFor: string | null
    readonly quarantine: string | null
  }[]
}

interface Partitions {
  readonly partitions: {
    readonly nodes: readonly Partition[]
    readonly pageInfo: { readonly hasNextPage: boolean }
  }
  readonly pauses: readonly Pause[]
}

const query = `{
  partitions(first: 100) {
    nodes {
      groupName topic partition hold asOf frontier end lagRecords lagMs drainMs
      process { id nodeName } units { actor lifecycle unfinishedRecords waitingFor quarantine }
    }
    pageInfo { hasNextPage }
  }
  pauses { ${pauseFields} }
}`

const steps: readonly (readonly [heat: string, belowMs: number, says: string])[] = [
  ['0', 1_000, 'under 1 s'],
  ['1', 10_000, 'under 10 s'],
  ['2', 60_000, 'under 1 min'],
  ['3', 600_000, 'under 10 min'],
  ['4', Infinity, '10 min and more'],
]

const heatOf = ({ hold, lagMs }: Partition): string => {
  if (hold === 'UNHELD') return 'nobody'
  return lagMs === null ? 'unknown' : (steps.find(([, belowMs]) => lagMs < belowMs)?.[0] ?? '4')
}

const idOf = ({ groupName, topic, partition }: Partition): string =>
  `${groupName}/${topic}/${String(partition)}`

const said = (partition: Partition): string =>
  partition.hold === 'UNHELD'
    ? `partition ${String(partition.partition)}: nobody has it`
    : `partition ${String(partition.partition)}: ${duration(partition.lagMs)} behind, ${count(partition.lagRecords)} records`

export const PartitionsPage = ({ address: { query: asked } }: { address: Address }) => {
  const polled = usePolled<Partitions>(query, undefined, bellOfGroups)
  const chosen = asked['at']
  const choose = (id: string): void => goTo(['partitions'], id === chosen ? {} : { at: id })
  return (
    <>
      <Title name="Partitions" />
      <Answered polled={polled}>
        {({ partitions: { nodes, pageInfo }, pauses }) => {
          const shown = nodes.find((partition) => idOf(partition) === chosen)
          return nodes.length === 0 ? (
            <Empty title="No partition is read">
              A process tells its partitions as soon as its group has given it some: look at{' '}
              <a href={hrefOf([])}>Overview</a> whether one runs.
            </Empty>
          ) : (
            <>
              <Pauses pauses={pauses} />
              {[...Map.groupBy(nodes, ({ groupName, topic }) => `${groupName} ← ${topic}`)].map(
                ([title, partitions]) => (
                  <HeatMap
                    key={title}
                    title={title}
                    partitions={partitions}
                    chosen={chosen}
                    onChoose={choose}
                  />
                ),
              )}
              <Legend />
              {pageInfo.hasNextPage && <p class="quiet">These are the first 100.</p>}
              {shown ? (
                <Details partition={shown} pauses={pauses} onDone={polled.again} />
              ) : (
                <p class="quiet">Choose a partition to see more of it.</p>
              )}
            </>
          )
        }}
      </Answered>
    </>
  )
}

interface MapProps {
  readonly title: string
  readonly partitions: readonly Partition[]
  readonly chosen: string | undefined
  readonly onChoose: (id: string) => void
}

const HeatMap = ({ title, partitions, chosen, onChoose }: MapProps) => (
  <section>
    <h2>{title}</h2>
    <div class="heat" role="group" aria-label={title}>
      {partitions.map((partition) => (
        <button
          key={idOf(partition)}
          type="button"
          class={`heat-${heatOf(partition)}`}
          aria-pressed={idOf(partition) === chosen}
          aria-label={said(partition)}
          title={said(partition)}
          onClick={() => onChoose(idOf(partition))}
        >
          {partition.partition}
        </button>
      ))}
    </div>
  </section>
)

const Legend = () => (
  <ul class="legend" aria-label="Colours: how far behind in time">
    {steps.map(([heat, , says]) => (
      <li key={heat}>
        <span class={`swatch heat-${heat}`} /> {says}
      </li>
    ))}
    <li>
      <span class="swatch heat-unknown" /> not known
    </li>
    <li>
      <span class="swatch heat-nobody" /> nobody has it
    </li>
  </ul>
)

interface DetailsProps {
  readonly partition: Partition
  readonly pauses: readonly Pause[]
  readonly onDone: () => void
}

const Details = ({ partition, pauses, onDone }: DetailsProps) => {
  const units = { group: partition.groupName, topic: partition.topic, partition: partition.partition }
  return (
    <section class="card" aria-label={`${partition.topic}, partition ${String(partition.partition)}`}>
      <div class="title">
        <h2>
          {partition.topic}, partition {partition.partition}
        </h2>
        <div class="acts">
          <UnitButtons units={units} isPaused={pauses.some((pause) => holds(pause, units))} onDone={onDone} />
          <ReplayButton
            units={unitsOf([partition])}
            label={`Replay a range of ${partition.topic}, partition ${String(partition.partition)}`}
            onDone={onDone}
          />
        </div>
      </div>
      <dl class="facts" aria-live="polite">
        <Fact name="Group">{partition.groupName}</Fact>
        <Fact name="Process">
          {partition.process === null
            ? 'nobody has it'
            : `${partition.process.nodeName}, ${partition.process.id}`}
        </Fact>
        <Fact name="As of">{timeOfDay(partition.asOf)}</Fact>
        <Fact name="Frontier, end">
          {count(partition.frontier)}, {count(partition.end)}{' '}
          <a href={hrefOf(['records'], { topic: partition.topic, partition: String(partition.partition) })}>
            Records
          </a>
          {' · '}
          <a href={hrefOf(['replays'], { group: partition.groupName })}>Replays</a>
        </Fact>
        <Fact name="Behind">
          {duration(partition.lagMs)}, {count(partition.lagRecords)} records
          {partition.drainMs !== null && partition.drainMs > 0 && (
            <span class="quiet">, finished in about {duration(partition.drainMs)}</span>
          )}
        </Fact>
        {partition.units.map((unit) => (
          <Fact key={unit.actor} name={`Actor ${unit.actor}`}>
            <a href={hrefOf(['actors', partition.groupName, unit.actor])}>{unit.lifecycle}</a>,{' '}
            {count(unit.unfinishedRecords)} in hand
            {unit.waitingFor === null ? '' : `, waits for ${unit.waitingFor}`}
            {unit.quarantine !== null && <div class="mark">in quarantine: {unit.quarantine}</div>}
          </Fact>
        ))}
      </dl>
    </section>
  )
}
