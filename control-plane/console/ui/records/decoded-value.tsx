/** A record's value as its schema describes it, or why it cannot be shown so. */

export interface DecodedValue {
  readonly eventType: string
  readonly schemaId: number | null
  readonly json: string | null
  readonly unreadable: string
  readonly maskedFields: readonly string[]
}

export const decodedFields = 'eventType schemaId json unreadable maskedFields'

export const Decoded = ({
  of: { eventType, schemaId, json, unreadable, maskedFields },
}: {
  of: DecodedValue
}) => {
  if (unreadable !== '')
    return (
      <p class="refusal">
        <strong>It could not be decoded.</strong> {sentence(unreadable)}
      </p>
    )
  if (json === null) return <p class="quiet">A tombstone: it has no value.</p>
  return (
    <>
      <p class="quiet">
        {eventType}
        {schemaId !== null && `, written with schema ${String(schemaId)} of the registry`}
      </p>
      <pre tabIndex={0}>{indented(json)}</pre>
      {maskedFields.length > 0 && (
        <p class="quiet">
          Personal fields are not shown to viewers: <span class="path">{maskedFields.join(', ')}</span>.
        </p>
      )}
    </>
  )
}

const indented = (json: string): string => JSON.stringify(JSON.parse(json), null, 2)

/** As errors say it: `the first byte is …`. */
const sentence = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`
