/** One record of a partition after the other, each of which waits. */

import { waitingActor } from '../../waiting-actor.ts'

export default waitingActor({ order: 'partition' })
