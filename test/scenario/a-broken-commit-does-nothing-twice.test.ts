// A broken COMMIT does nothing twice: the connection to Postgres is cut before a COMMIT is forwarded, after it, and
// with its answer late or the COMMIT itself late; Postgres crashes. Every event has its effect once, in order per key.

import t, { type Test } from 'tap'
import { PostgresProxy, type ArmedFault, type CommitFault, type CommitSeen } from '../harness/proxy/index.ts'
import {
  assertEffectsOnce,
  EffectsTrial,
  sizeOf,
  skipWithoutTrialServices,
  tried,
  type EffectsTrialOptions,
} from '../harness/scenario/index.ts'
import { startPostgres, type PostgresService } from '../harness/services/postgres.ts'

const skip = await skipWithoutTrialServices()

const cuts: readonly CommitFault[] = [
  { kind: 'cut-before' },
  { kind: 'cut-after' },
  { kind: 'delay-then-cut', delayMs: 300 },
  { kind: 'late-commit', delayMs: 300 },
]

/** Of a worker's batch, and with effects in it: everybody else commits too. */
const withEffects = ({ applicationName, statements }: CommitSeen): boolean =>
  applicationName.startsWith('troupe-worker') && statements.some((text) => text.includes('trial.effects'))

interface World {
  readonly trial: EffectsTrial
  readonly proxy: PostgresProxy
  readonly postgres: PostgresService
}

/** With a Postgres of its own, and a proxy before it. */
const begin = async (t: Test, options: EffectsTrialOptions = {}): Promise<World> => {
  const postgres = await startPostgres()
  t.teardown(() => postgres.close())
  const proxy = await PostgresProxy.start({ host: '127.0.0.1', port: postgres.port })
  t.teardown(() => proxy.close())
  const trial = await EffectsTrial.begin(t, {
    checkerUrl: postgres.url,
    databaseUrl: proxy.urlFor(postgres.url),
    ...options,
  })
  return { trial, proxy, postgres }
}

t.test('the cuts around COMMIT', { skip }, async (t) => {
  // given
  const { trial, proxy } = await begin(t)

  // when
  const rounds = sizeOf('commitCuts')
  for (const fault of Array.from({ length: rounds }, () => cuts).flat()) {
    const armed: ArmedFault = proxy.arm(fault, { nth: 5, matching: withEffects })
    const { answer } = await armed.untilFired()
    t.equal(answer, fault.kind === 'cut-before' ? undefined : 'COMMIT', fault.kind)
    await trial.untilMoreEffects(300)
  }
  const conclusion = await trial.conclude()

  // then
  assertEffectsOnce(t, conclusion)
  for (const { kind } of cuts) tried(t, `the connection to Postgres at COMMIT: ${kind}`, rounds)
})

t.test('Postgres stops as in a crash', { skip }, async (t) => {
  // given
  const { trial, postgres } = await begin(t)

  // when
  const crashes = sizeOf('postgresCrashes')
  for (let nth = 1; nth <= crashes; nth += 1) {
    await trial.untilMoreEffects(1_000)
    const assigned = trial.assignments()
    await postgres.stop('immediate')
    await postgres.restart()
    const back = performance.now()
    await trial.untilMoreEffects(1)
    t.comment(`effects again ${(performance.now() - back).toFixed(0)} ms after its return`)
    t.equal(trial.assignments(), assigned, 'without a rebalance')
  }
  await trial.untilMoreEffects(1_000)
  const conclusion = await trial.conclude()

  // then
  assertEffectsOnce(t, conclusion)
  tried(t, 'Postgres stopped with -m immediate', crashes)
})

t.test('an actor that writes beside its transaction is told from it', { skip }, async (t) => {
  // given
  const { trial, proxy } = await begin(t, {
    env: { ACTORS_DIR: 'test/scenario/mutant-actors', MUTANT: 'apply' },
  })

  // when: a transaction that is cut before its COMMIT is run again
  const fromWorker = ({ applicationName, wrote }: CommitSeen): boolean =>
    applicationName.startsWith('troupe-worker') && wrote
  await proxy.arm({ kind: 'cut-before' }, { nth: 5, matching: fromWorker }).untilFired()
  await trial.untilMoreEffects(300)
  const { verdict } = await trial.conclude()

  // then
  t.ok(verdict.duplicated.length > 0, `${String(verdict.duplicated.length)} effects happened twice`)
})
