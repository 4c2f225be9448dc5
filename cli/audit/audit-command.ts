/** `troupe audit <group>`: is every offset of a group accounted for? */

import { Command } from 'commander'

import { resolveOptions } from '../../runtime/config/index.ts'
import { TroupeError } from '../../runtime/errors.ts'
import { openAuditStore, type AuditStore } from '../../runtime/store/index.ts'
import { attention } from '../exit-code.ts'
import { auditJson, auditText, isClean } from './audit-text.ts'

interface AuditOptions {
  readonly actor?: string
  readonly topic?: string
  readonly deep?: boolean
  readonly json?: boolean
}

export const auditCommand = (): Command =>
  new Command('audit')
    .description('compares what became of the records of a group with what the log has')
    .argument('<group>', 'consumer group; its actors with effects in Postgres')
    .option('--actor <actor>', 'this actor only')
    .option('--topic <topic>', 'this topic only')
    .option('--deep', 'reads the log from the start of each unit on: offsets without a record are known then')
    .option('--json', 'for programs: { group, clean, units }')
    .addHelpText(
      'after',
      `
Every offset between a unit's start and its frontier was handled, dead-lettered, passed over by an event that is listed,
or is absent from the log (compacted, aborted, markers of transactions). ABSENT is ? where the log was not read.
The group may be at work meanwhile. Exit code 0: clean; 6: there are findings.

  troupe audit trackers
  troupe audit trackers --deep --actor package-tracker`,
    )
    .action(async (group: string, given: AuditOptions) => {
      const options = resolveOptions({}, process.env)
      const store = openAuditStore({ url: options.databaseUrl, applicationName: 'troupe-cli' })
      try {
        // Kafka's client is loaded after the arguments were read: help needs none.
        const { auditGroup } = await import('../../runtime/system/group-audit.ts')
        const partitions = await auditGroup(store, options, {
          group,
          actor: given.actor,
          topic: given.topic,
          deep: given.deep === true,
          onRead: ({ topic, partition }, offsets) => {
            if (!given.json)
              console.error(`reading ${topic}/${String(partition)}: ${String(offsets)} offsets`)
          },
        })
        if (partitions.length === 0) throw await noUnits(store, group)
        console.log(given.json ? JSON.stringify(auditJson(group, partitions)) : auditText(group, partitions))
        if (!isClean(partitions)) process.exitCode = attention
      } finally {
        await store.close()
      }
    })

const noUnits = async (store: AuditStore, group: string): Promise<TroupeError> => {
  const groups = await store.groups()
  const others = groups.length === 0 ? 'no group has any yet' : `there are some of: ${groups.join(', ')}`
  return new TroupeError('CONFIG_INVALID', `no such units are known of the group "${group}"; ${others}`)
}
