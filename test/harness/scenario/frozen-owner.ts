/**
 * A trial of an owner that stands still while others take over what it had, and goes on without knowing: what it did in
 * between, it did as nobody's owner.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Test } from 'tap'
import { waitUntil } from '../wait-until.ts'
import { staleEffects } from './effects-check.ts'
import { EffectsTrial, type EffectsTrialOptions } from './effects-trial.ts'
import { Holds } from './holds.ts'
import type { LastingProcess } from './lasting-process.ts'
import { trialServices } from './services-of-trials.ts'
import { UnitOwners } from './unit-owners.ts'

const freezer = resolve(import.meta.dirname, 'event-loop-freezer.ts')

export class FrozenOwner {
  readonly trial: EffectsTrial
  readonly holds: Holds
  readonly owners: UnitOwners
  readonly victim: LastingProcess
  readonly heir: LastingProcess
  readonly #freezeFile: string
  #takenAt = 0

  static async begin(t: Test, options: EffectsTrialOptions = {}): Promise<FrozenOwner> {
    const folder = mkdtempSync(join(tmpdir(), 'troupe-freeze-'))
    t.teardown(() => rmSync(folder, { recursive: true, force: true }))
    const freezeFile = join(folder, 'freeze')
    const trial = await EffectsTrial.begin(t, {
      ...options,
      env: {
        ACTORS_DIR: 'test/scenario/held-actors',
        KAFKA_MAX_POLL_INTERVAL_MS: '6000',
        DRAIN_TIMEOUT_MS: '3000',
        ...options.env,
      },
      envOf: (name) =>
        name === 'consumer-1'
          ? {
              NODE_OPTIONS: `--import=${freezer} ${options.env?.['NODE_OPTIONS'] ?? ''}`,
              FREEZE_FILE: freezeFile,
              NO_POLL_FILE: join(folder, 'no-poll'),
            }
          : {},
    })
    const owners = new UnitOwners(trialServices().DATABASE_URL, trial.trial.group)
    t.teardown(() => owners.close())
    return new FrozenOwner(trial, owners, freezeFile)
  }

  private constructor(trial: EffectsTrial, owners: UnitOwners, freezeFile: string) {
    this.trial = trial
    this.holds = new Holds(trial.trial.folder)
    this.owners = owners
    this.victim = trial.consumers[0]!
    this.heir = trial.consumers[1]!
    this.#freezeFile = freezeFile
  }

  /** Its main thread stands still, and with it its polls for Kafka; its workers go on. */
  freezeMainThread(): void {
    writeFileSync(this.#freezeFile, '')
  }

  thawMainThread(): void {
    rmSync(this.#freezeFile)
  }

  /**
   * The victim's main thread stands still with work in hand, which its workers finish when the heir has taken over, before
   * the heir has done it. What the victim committed then, in words.
   */
  async goOnUnawares(): Promise<readonly string[]> {
    const { trial, victim, heir, holds, owners } = this
    await trial.untilMoreEffects(500)
    await holds.hold('receive', victim.name)
    this.freezeMainThread()
    await holds.hold('receive', heir.name)
    await this.untilInherited()
    holds.release('receive', victim.name)
    await holds.untilReleased('receive', victim.name)
    await owners.untilNobodyWrites()
    holds.release('receive', heir.name)
    await trial.untilMoreEffects(1_000)
    this.thawMainThread()
    return await this.untilShared()
  }

  /** The group has given all to the heir, and it has taken all rows. */
  async untilInherited(): Promise<void> {
    const { length } = this.trial.trial.partitions
    await waitUntil('the heir has all partitions', () => this.heir.partitions().size === length)
    this.#takenAt = await this.owners.untilOne()
  }

  /** Both have partitions again. What the victim committed meanwhile, in words. */
  async untilShared(): Promise<readonly string[]> {
    const assignedBefore = this.#assignedAt()
    await waitUntil('the victim has partitions again', () => this.#assignedAt() !== assignedBefore)
    await this.trial.untilShared()
    return staleEffects(await this.trial.effects.all(), {
      pid: this.victim.pid,
      from: this.#takenAt,
      to: this.#assignedAt(),
    })
  }

  /** When it was last given partitions. */
  #assignedAt(): number {
    const lines = this.victim.life.lines('partitions assigned')
    const line = lines.findLast(({ partitions }) => Array.isArray(partitions) && partitions.some(Boolean))
    return new Date(String(line?.['time'])).getTime()
  }
}
