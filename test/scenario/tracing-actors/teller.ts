/** Keeps the story, and passes it on. */

import { defineActor } from '../../../runtime/actor/index.ts'
import { StoryTold } from '../tracing-schemas/stories.ts'

export default defineActor({
  name: 'teller',
  receives: { 'tale.story.told': StoryTold },
  order: 'key',
  effects: 'postgres',

  receive({ story }, ctx) {
    ctx.track({ entity: 'story', id: story, state: 'TOLD', at: ctx.timestamp })
    ctx.emit('tale.story.heard' as never, { eventId: '', story } as never)
  },
})
