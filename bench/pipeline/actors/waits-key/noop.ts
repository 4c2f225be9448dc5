/** Records of different keys side by side, each of which waits. */

import { waitingActor } from '../../waiting-actor.ts'

export default waitingActor({ order: 'key', concurrency: 256 })
