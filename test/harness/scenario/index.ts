/** What scenarios are written with. */

export { passedUnhandled, wentBack, type CommitSample } from './commit-watch.ts'
export { produceFromJava, skipWithoutJavac } from './java-producer.ts'
export { outOfOrder, partitionOf, thingOf } from './order.ts'
export { RegistryGate } from './registry-gate.ts'
export { skipWithoutTrialServices } from './services-of-trials.ts'
export type { Happening } from './trial-producer.ts'
export { alterTopic } from './topic-config.ts'
export { Trial } from './trial.ts'
export type { WitnessLine } from './witness-folder.ts'
export { assertEffectsOnce, EffectsTrial, type EffectsTrialOptions } from './effects-trial.ts'
export { carryOutKills } from './kill-plan.ts'
export { LastingNode } from './lasting-node.ts'
