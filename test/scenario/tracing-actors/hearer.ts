/** Hears what the teller passes on. */

import { defineActor } from '../../../runtime/actor/index.ts'
import { StoryHeard } from '../tracing-schemas/stories.ts'

export default defineActor({
  name: 'hearer',
  receives: { 'tale.story.heard': StoryHeard },
  order: 'key',
  effects: 'postgres',

  receive({ story }, ctx) {
    ctx.track({ entity: 'story', id: story, state: 'HEARD', at: ctx.timestamp })
    ctx.log.info('heard', { story })
  },
})
