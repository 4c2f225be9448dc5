/** The place of a record, leading to what is there. */

import { hrefOfPlace, placeOfText } from './record-place.ts'

/** `text`: `topic/partition@offset`, or anything else, which leads nowhere. */
export const PlaceLink = ({ text }: { text: string }) => {
  const place = placeOfText(text)
  return place === undefined ? <>{text}</> : <a href={hrefOfPlace(place)}>{text}</a>
}
