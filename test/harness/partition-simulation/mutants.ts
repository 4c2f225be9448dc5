/** Bugs one could make in the partition actor, each a change of its source. The simulation must catch every one. */

import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { PartitionActorClass } from './simulate.ts'

export interface Mutant {
  readonly bug: string
  /** Below runtime/partition. */
  readonly file: string
  /** Must stand there once. */
  readonly from: string
  readonly to: string
}

const actor = 'partition-actor.ts'

export const mutants: readonly Mutant[] = [
  {
    bug: 'the frontier is one too far while work is unfinished',
    file: 'frontier.ts',
    from: 'this.#oldest()?.firstOffset ?? this.#position',
    to: '(this.#oldest() && this.#oldest()!.firstOffset + 1) ?? this.#position',
  },
  {
    bug: 'the frontier is one too far when all is finished',
    file: 'frontier.ts',
    from: 'this.#oldest()?.firstOffset ?? this.#position',
    to: 'this.#oldest()?.firstOffset ?? (this.#position && this.#position + 1)',
  },
  {
    bug: 'the frontier forgets work that waits for its retry',
    file: 'frontier.ts',
    from: "while (this.#open.peek()?.state === 'finished')",
    to: "while (['finished', 'waiting'].includes(this.#open.peek()?.state ?? ''))",
  },
  {
    bug: 'the frontier forgets work that is not given out yet',
    file: 'frontier.ts',
    from: "while (this.#open.peek()?.state === 'finished')",
    to: "while (['finished', 'ready'].includes(this.#open.peek()?.state ?? ''))",
  },
  {
    bug: 'the frontier forgets a lane',
    file: actor,
    from: 'this.#frontier.add(work)',
    to: 'if (lane !== 1) this.#frontier.add(work)',
  },
  {
    bug: 'the position goes back when the source does',
    file: 'frontier.ts',
    from: 'if (this.#position === undefined || position > this.#position) this.#position = position',
    to: 'this.#position = position',
  },
  {
    bug: 'lanes of a drain are kept by number, not by offset',
    file: actor,
    from: 'views.toSorted((a, b) => a.firstOffset - b.firstOffset)',
    to: 'views',
  },
  {
    bug: 'a drain of an earlier epoch is taken',
    file: actor,
    from: 'if (epoch !== this.#epoch) return false',
    to: '',
  },
  {
    bug: 'a completion of an earlier epoch is taken',
    file: actor,
    from: 'if (epoch !== this.#epoch) return undefined',
    to: '',
  },
  {
    bug: 'any answer is taken for work in any state',
    file: actor,
    from: 'work?.state === state ? work : undefined',
    to: 'work',
  },
  {
    bug: 'a completion gives no credit back',
    file: actor,
    from: 'this.#credit.giveBack(work.count, work.bytes)',
    to: '',
  },
  {
    bug: 'a completion gives no bytes back',
    file: 'credit.ts',
    from: 'this.#bytes -= bytes',
    to: '',
  },
  {
    bug: 'a rewind keeps the credit spent',
    file: actor,
    from: 'this.#credit = new Credit(this.#options)\n    this.#frontier = new Frontier(position)',
    to: 'this.#frontier = new Frontier(position)',
  },
  {
    bug: 'a rewind keeps the mailbox',
    file: actor,
    from: 'this.#mailbox = this.#newMailbox()\n    this.#credit = new Credit(this.#options)',
    to: 'this.#credit = new Credit(this.#options)',
  },
  {
    bug: 'a rewind keeps counting what was in flight',
    file: actor,
    from: 'this.#begin = position\n    this.#dispatched = 0',
    to: 'this.#begin = position',
  },
  {
    bug: 'one record more than the credit',
    file: 'credit.ts',
    from: 'this.#bounds.maxRecords - this.#records',
    to: 'this.#bounds.maxRecords - this.#records + 1',
  },
  {
    bug: 'credit in records only',
    file: 'credit.ts',
    from: 'records > 0 && bytes > 0',
    to: 'records > 0',
  },
  {
    bug: 'credit while paused',
    file: actor,
    from: "if (this.#lifecycle !== 'running') return noAllowance",
    to: "if (this.#lifecycle === 'draining') return noAllowance",
  },
  {
    bug: 'one open batch more than the bound',
    file: actor,
    from: 'this.#frontier.openBatches < maxOpen',
    to: 'this.#frontier.openBatches <= maxOpen',
  },
  {
    bug: 'two batches of a lane at once',
    file: 'mailbox/lane.ts',
    from: 'if (this.#out !== undefined) return undefined',
    to: 'if (this.#out !== undefined) return this.#queue.shift()',
  },
  {
    bug: 'a finished lane does not go on',
    file: actor,
    from: 'this.#mailbox.finished(work)',
    to: '',
  },
  {
    bug: 'a finished lane lets another one go on',
    file: 'mailbox/mailbox.ts',
    from: 'this.#lanes?.[work.lane]?.finished(work)',
    to: 'this.#lanes?.[0]?.finished(work)',
  },
  {
    bug: 'a lane goes on before its retry',
    file: actor,
    from: 'work.records = unfinished ?? work.records',
    to: 'work.records = unfinished ?? work.records\n    this.#mailbox.finished(work)',
  },
  {
    bug: 'new work goes out before a retry',
    file: 'mailbox/mailbox.ts',
    from: 'this.#again.shift() ?? this.#fresh.shift()',
    to: 'this.#fresh.shift() ?? this.#again.shift()',
  },
  {
    bug: 'a retry has every record handled again',
    file: actor,
    from: 'work.records = unfinished ?? work.records',
    to: '',
  },
  {
    bug: 'work given back whole forgets the list of its retry',
    file: actor,
    from: 'work.records = unfinished ?? work.records',
    to: 'work.records = unfinished',
  },
  {
    bug: 'work can be released twice',
    file: actor,
    from: 'this.#mailbox.putBack(work)',
    to: "this.#mailbox.putBack(work)\n    work.state = 'waiting'",
  },
  {
    bug: 'work goes out while draining',
    file: actor,
    from: "if (this.#lifecycle !== 'running') return undefined",
    to: "if (this.#lifecycle === 'paused') return undefined",
  },
  {
    bug: 'work goes out while paused',
    file: actor,
    from: "if (this.#lifecycle !== 'running') return undefined",
    to: "if (this.#lifecycle === 'draining') return undefined",
  },
  {
    bug: 'a delivery while draining is taken',
    file: actor,
    from: "if (this.#lifecycle === 'draining' || this.#lifecycle === 'revoked') return false",
    to: '',
  },
  {
    bug: 'the last record before a rewound source is passed over',
    file: actor,
    from: 'if (view.lastOffset >= position)',
    to: 'if (view.lastOffset > position)',
  },
  {
    bug: 'what a rewound source brings again is handled again',
    file: actor,
    from: 'if (view.lastOffset >= position)',
    to: 'if (view.lastOffset >= 0)',
  },
  {
    bug: 'a batch that begins before the position pulls the frontier back',
    file: actor,
    from: 'Math.max(view.firstOffset, position)',
    to: 'view.firstOffset',
  },
  {
    bug: 'a revoked partition has something to commit',
    file: actor,
    from: "return this.#lifecycle === 'revoked' ? undefined : this.#frontier.committable()",
    to: 'return this.#frontier.committable() ?? 0',
  },
  {
    bug: 'the age is that of a record that was handled before',
    file: actor,
    from: 'this.#options.stampOf?.(batch, firstOffset, 0)',
    to: 'this.#options.stampOf?.(batch, 0, 0)',
  },
  {
    bug: 'the age is that of a record that a retry leaves out',
    file: actor,
    from: 'this.#options.stampOf?.(batch, work.firstOffset, first)',
    to: 'this.#options.stampOf?.(batch, work.firstOffset, 0)',
  },
  {
    bug: 'the age is that of finished work',
    file: 'frontier.ts',
    from: "work.state === 'finished' || work.oldest === undefined",
    to: 'work.oldest === undefined',
  },
  {
    bug: 'the age is that of the oldest work alone',
    file: 'frontier.ts',
    from: 'if (oldest !== undefined && work.firstOffset > oldest.offset) break',
    to: 'if (oldest !== undefined) break',
  },
  {
    bug: 'a queue loses an item when it compacts itself',
    file: 'mailbox/fifo.ts',
    from: 'this.#items.slice(this.#head)',
    to: 'this.#items.slice(this.#head + 1)',
  },
]

/** The partition actor with this bug, from a copy of its sources. */
export const withMutant = async (
  { bug, file, from, to }: Mutant,
  use: (Actor: PartitionActorClass) => void,
): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'troupe-mutant-'))
  try {
    const runtime = new URL('../../../runtime/', import.meta.url)
    await writeFile(join(folder, 'package.json'), '{"type":"module"}')
    for (const source of ['partition', 'errors.ts', 'topic-partition.ts']) {
      await cp(new URL(source, runtime), join(folder, source), { recursive: true })
    }
    const path = join(folder, 'partition', file)
    const source = await readFile(path, 'utf8')
    if (source.split(from).length !== 2)
      throw new Error(`the mutant '${bug}' fits ${file} no more: change it`)
    await writeFile(
      path,
      source.replace(from, () => to),
    )
    const index = pathToFileURL(join(folder, 'partition', 'index.ts')).href
    const module = (await import(index)) as { readonly PartitionActor: PartitionActorClass }
    use(module.PartitionActor)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
