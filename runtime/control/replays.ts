/** What the control plane reads and writes of replays: the same as whoever does them. */

export type { Replay, ReplayDedupe, ReplayState, ReplayStore } from '../delivery/index.ts'
export { replayTransitions } from '../delivery/index.ts'
