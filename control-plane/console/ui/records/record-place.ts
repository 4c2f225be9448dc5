/** Where a record is, as `topic/partition@offset`. */

export interface RecordPlace {
  readonly topic: string
  readonly partition: number
  readonly offset: number
}

export const placeText = ({ topic, partition, offset }: RecordPlace): string =>
  `${topic}/${String(partition)}@${String(offset)}`

/** undefined: the text is no place. */
export const placeOfText = (text: string): RecordPlace | undefined => {
  const [, topic, partition, offset] = /^(.+)\/(\d+)@(\d+)$/.exec(text) ?? []
  return topic === undefined ? undefined : { topic, partition: Number(partition), offset: Number(offset) }
}
