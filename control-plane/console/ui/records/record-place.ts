/** Where a record is, as `topic/partition@offset`, and the address of the page that shows it, opened. */

import { hrefOf } from '../address.ts'

export interface RecordPlace {
  readonly topic: string
  readonly partition: number
  readonly offset: number
}

export const placeText = ({ topic, partition, offset }: RecordPlace): string =>
  `${topic}/${String(partition)}@${String(offset)}`

export const hrefOfPlace = ({ topic, partition, offset }: RecordPlace): string =>
  hrefOf(['records'], { topic, partition: String(partition), offset: String(offset), open: 'yes' })

/** undefined: the text is no place. */
export const placeOfText = (text: string): RecordPlace | undefined => {
  const [, topic, partition, offset] = /^(.+)\/(\d+)@(\d+)$/.exec(text) ?? []
  return topic === undefined ? undefined : { topic, partition: Number(partition), offset: Number(offset) }
}
