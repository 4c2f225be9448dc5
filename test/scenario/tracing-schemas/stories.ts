/** The two events of the tracing scenario, as their schemas beside this file say. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventType, type AvroSchema, type EventType } from '../../../runtime/actor/index.ts'

export interface Story {
  readonly eventId: string
  /** The record's key. */
  readonly story: string
}

const read = (action: string): EventType<Story> => {
  const file = join(import.meta.dirname, `tale/story/${action}.v1.avsc`)
  return eventType<Story>(`tale.story.${action}`, JSON.parse(readFileSync(file, 'utf8')) as AvroSchema)
}

export const StoryTold = read('told')
export const StoryHeard = read('heard')
