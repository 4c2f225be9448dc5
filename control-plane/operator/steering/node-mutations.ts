/** drainNode, resumeNode, restartNode: what is done to a whole node. */

import { deleteDrain, writeDrain } from '../../../runtime/store/index.ts'
import { InputError } from '../../read-model/input-error.ts'
import type { ClusterPicture } from '../../read-model/operator/cluster-picture.ts'
import type { ProcessView } from '../../read-model/operator/process-view.ts'
import type { MutationDrainNodeArgs, MutationResolvers } from '../generated/resolver-types.ts'
import { liveRuntimes, membersOf } from './selection.ts'
import { steer, type Mutation, type Plan } from './steer.ts'

const mostCharacters = 249

const drainNode: Mutation<MutationDrainNodeArgs> = {
  name: 'drainNode',
  needs: 'operator',
  plan: async (args, { picture: read, desk, keyName }) => {
    const picture = await read()
    const node = nodeOf(args)
    const unknown = unknownNode(picture, node)
    if (unknown !== undefined) return unknown
    const already = (await desk.drains()).find((held) => held.node === node)
    const processes = runtimesOn(picture, node)
    return {
      kind: 'command',
      touches: [
        ...(already === undefined ? [] : [`${node} is drained already, by ${already.by}`]),
        ...processes.map(
          (process) =>
            `${process.id} gives back ${String(partitionsOf(process))} partitions, and stays up without work`,
        ),
        ...leftAlone(picture, node, processes),
      ],
      command: { kind: 'drain-node', node },
      addressees: processes.map(({ id }) => id),
      lasting: (sql) => writeDrain(sql, { node, by: keyName, reason: args.reason ?? '' }),
    }
  },
}

const resumeNode: Mutation<MutationDrainNodeArgs> = {
  name: 'resumeNode',
  needs: 'operator',
  plan: async (args, { picture: read, desk }) => {
    const node = nodeOf(args)
    const drain = (await desk.drains()).find((held) => held.node === node)
    if (drain === undefined) return { kind: 'refuse', message: `${node} is not drained.` }
    const processes = runtimesOn(await read(), node)
    return {
      kind: 'command',
      touches: [
        `the drain of ${node}, by ${drain.by}, ends`,
        ...processes.map(({ id }) => `${id} joins its groups`),
      ],
      command: { kind: 'resume-node', node },
      addressees: processes.map(({ id }) => id),
      lasting: (sql) => deleteDrain(sql, node),
    }
  },
}

const restartNode: Mutation<MutationDrainNodeArgs> = {
  name: 'restartNode',
  needs: 'operator',
  plan: async (args, { picture: read }) => {
    const picture = await read()
    const node = nodeOf(args)
    const unknown = unknownNode(picture, node)
    if (unknown !== undefined) return unknown
    const processes = runtimesOn(picture, node)
    const carrier = processes.find(({ state }) => state === 'RUNNING')
    if (carrier === undefined)
      return { kind: 'refuse', message: `No process of ${node} runs: one must, to ask its primary.` }
    return {
      kind: 'command',
      touches: processes.map(
        ({ id }) => `${id} is replaced by another process, when the one before is ready`,
      ),
      command: { kind: 'restart-node', node },
      addressees: [carrier.id],
    }
  },
}

const nodeOf = ({ node }: MutationDrainNodeArgs): string => {
  if (node === '' || node.length > mostCharacters || node.includes('\0') || !node.isWellFormed())
    throw new InputError(`"node" is a name of 1 to ${String(mostCharacters)} characters`)
  return node
}

/** Where none of its processes has reported. One that is down now obeys when it starts. */
const unknownNode = (picture: ClusterPicture, node: string): Plan | undefined =>
  picture.processes.some(({ nodeName, kind }) => nodeName === node && kind === 'RUNTIME')
    ? undefined
    : { kind: 'refuse', message: `No runtime process of ${node} has reported within a day.` }

const runtimesOn = (picture: ClusterPicture, node: string): readonly ProcessView[] =>
  liveRuntimes(picture).filter(({ nodeName }) => nodeName === node)

const partitionsOf = ({ report }: ProcessView): number =>
  (report?.groups ?? []).reduce((sum, { assignments }) => sum + assignments.length, 0)

/** Groups that have no member elsewhere. */
const leftAlone = (
  picture: ClusterPicture,
  node: string,
  processes: readonly ProcessView[],
): readonly string[] => {
  const groups = new Set(processes.flatMap(({ report }) => report?.groups.map(({ name }) => name) ?? []))
  return [...groups]
    .filter((group) => membersOf(picture, group).every(({ nodeName }) => nodeName === node))
    .map((group) => `${group} has no member on another node: nothing of it is handled, nor is its lag told`)
}

export const nodeMutations = {
  drainNode: (_, args, context) => steer(drainNode, args, context),
  resumeNode: (_, args, context) => steer(resumeNode, args, context),
  restartNode: (_, args, context) => steer(restartNode, args, context),
} satisfies MutationResolvers
