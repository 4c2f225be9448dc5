/** The place of a record, leading to what is there. */

import { hrefOf } from '../address.ts'
import { placeOfText, type RecordPlace } from './record-place.ts'

/** It is opened there. */
export const hrefOfPlace = ({ topic, partition, offset }: RecordPlace): string =>
  hrefOf(['records'], { topic, partition: String(partition), offset: String(offset), open: 'yes' })

/** `text`: `topic/partition@offset`, or anything else, which leads nowhere. */
export const PlaceLink = ({ text }: { text: string }) => {
  const place = placeOfText(text)
  return place === undefined ? <>{text}</> : <a href={hrefOfPlace(place)}>{text}</a>
}
