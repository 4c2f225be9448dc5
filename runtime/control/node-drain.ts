/** Nodes that operators empty and start anew. */

/** Its processes have given back what they had and stay up without work, those that start later too. */
export interface NodeDrain {
  readonly node: string
  readonly reason: string
  readonly by: string
  readonly atMs: number
}

/**
 * What a process learns when it asks for a restart of its node.
 *
 * begun      its primary replaces all processes, one at a time
 * under-way  it does so already
 * alone      there is no primary: the process is the node
 * silent     the primary does not answer: it is stuck, or of a version that knows no such question
 */
export type NodeRestart = 'begun' | 'under-way' | 'alone' | 'silent'
