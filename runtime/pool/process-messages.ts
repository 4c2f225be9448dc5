/** What passes between a process and the one beside it in which records are tried. */

import type { LogMessage, TaskResult, WorkerTask } from './messages.ts'

export type ToProcess =
  | {
      readonly kind: 'begin'
      /** Plain data. */
      readonly settings: unknown
      readonly threadId: number
      readonly underWayFile: string
    }
  | { readonly kind: 'task'; readonly nth: number; readonly task: WorkerTask }

export type FromProcess =
  { readonly kind: 'answer'; readonly nth: number; readonly result: TaskResult } | LogMessage
