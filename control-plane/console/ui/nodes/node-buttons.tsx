/** What can be done to a whole node. */

import { SteerButton } from '../steer/steer-button.tsx'

export interface Drain {
  readonly node: string
  readonly by: string
  readonly at: string
  readonly reason: string
}

interface ButtonsProps {
  readonly node: string
  readonly drain: Drain | undefined
  /** Of others there is nothing to take work from. */
  readonly hasRuntime: boolean
  readonly onDone: () => void
}

export const NodeButtons = ({ node, drain, hasRuntime, onDone }: ButtonsProps) =>
  !hasRuntime ? null : (
    <>
      <SteerButton
        verb="Drain"
        label={`Drain ${node}`}
        title={`Drain node ${node}`}
        says="Its processes give back what they have, in order, and stay up without work until it is resumed, also after a restart."
        mutation="drainNode"
        args={{ node }}
        isDisabled={drain !== undefined}
        isGrave
        onDone={onDone}
      />
      <SteerButton
        verb="Resume"
        label={`Resume ${node}`}
        title={`Resume node ${node}`}
        says="It takes work again."
        mutation="resumeNode"
        args={{ node }}
        isDisabled={drain === undefined}
        onDone={onDone}
      />
      <SteerButton
        verb="Restart"
        label={`Restart ${node}`}
        title={`Restart node ${node}`}
        says="Its processes are replaced one at a time, each when the one before is ready. It is acknowledged when it begins; this page shows the new ones."
        mutation="restartNode"
        args={{ node }}
        isGrave
        onDone={onDone}
      />
    </>
  )
