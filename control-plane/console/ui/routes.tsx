/** Which page an address leads to. */

import type { ComponentType } from 'preact'

import { ActorPage } from './actor.tsx'
import { ActorsPage } from './actors.tsx'
import type { Address } from './address.ts'
import { AuditPage, EntryPage } from './commands/audit.tsx'
import { CommandPage, CommandsPage } from './commands/commands.tsx'
import { EventTypesPage } from './event-types.tsx'
import { LetterPage } from './letters/letter.tsx'
import { LettersPage } from './letters/letters.tsx'
import { RedrivePage, RedrivesPage } from './letters/redrives.tsx'
import { NodesPage } from './nodes/nodes.tsx'
import { OutboxPage } from './outbox/outbox.tsx'
import { OverviewPage } from './overview.tsx'
import { PackagePage } from './packages/package.tsx'
import { PackagesPage } from './packages/packages.tsx'
import { ParkedPage } from './parked.tsx'
import { PartitionsPage } from './partitions.tsx'
import { RecordsPage } from './records/records.tsx'
import { RegistrationsPage } from './registrations/registrations.tsx'
import { ReplayPage } from './replays/replay.tsx'
import { ReplaysPage } from './replays/replays.tsx'
import { StoryPage } from './story/story.tsx'

type Page = ComponentType<{ readonly address: Address }>

interface Section {
  /** The first part of its addresses. */
  readonly path: string
  /** In the navigation; without: it is reached from elsewhere. */
  readonly name?: string
  /** Stands above it there, where something else begins. */
  readonly heading?: string
  readonly List: Page
  /** One of the list, by so many further parts. */
  readonly One?: { readonly parts: number; readonly Page: Page }
}

export const sections: readonly Section[] = [
  { path: '', name: 'Overview', List: OverviewPage },
  { path: 'nodes', name: 'Nodes', List: NodesPage },
  { path: 'actors', name: 'Actors', List: ActorsPage, One: { parts: 2, Page: ActorPage } },
  { path: 'registrations', name: 'Registrations', List: RegistrationsPage },
  { path: 'partitions', name: 'Partitions', List: PartitionsPage },
  { path: 'records', heading: 'Events', name: 'Records', List: RecordsPage },
  { path: 'event-types', name: 'Event types', List: EventTypesPage },
  {
    path: 'letters',
    name: 'Dead letters',
    List: LettersPage,
    One: { parts: 1, Page: LetterPage },
  },
  { path: 'redrives', List: RedrivesPage, One: { parts: 1, Page: RedrivePage } },
  { path: 'parked', name: 'Parked keys', List: ParkedPage },
  { path: 'replays', name: 'Replays', List: ReplaysPage, One: { parts: 1, Page: ReplayPage } },
  { path: 'outbox', name: 'Outbox', List: OutboxPage },
  { path: 'packages', name: 'Packages', List: PackagesPage, One: { parts: 2, Page: PackagePage } },
  { path: 'story', name: 'Event story', List: StoryPage },
  {
    path: 'commands',
    heading: 'Operators',
    name: 'Commands',
    List: CommandsPage,
    One: { parts: 1, Page: CommandPage },
  },
  { path: 'audit', name: 'Audit log', List: AuditPage, One: { parts: 1, Page: EntryPage } },
]

/** undefined: there is no such page. */
export const pageOf = ({ path: [first = '', ...rest] }: Address): Page | undefined => {
  const section = sections.find(({ path }) => path === first)
  if (rest.length === 0) return section?.List
  return section?.One?.parts === rest.length ? section.One.Page : undefined
}
