/** How a shadow of an actor fares: what it made of the records that the version that runs has handled. */

import { count } from './format.ts'
import { Fact } from './page.tsx'

interface Place {
  readonly topic: string
  readonly partition: number
  readonly offset: number
}

export interface ShadowReport {
  readonly handled: number
  readonly failed: number
  readonly differing: number
  readonly dropped: number
  readonly failures: readonly { readonly errorClass: string; readonly count: number }[]
  readonly lastFailure: (Place & { readonly errorClass: string; readonly message: string }) | null
  readonly lastDifference: (Place & { readonly text: string }) | null
  readonly ended: readonly string[]
}

export const shadowFields = `handled failed differing dropped failures { errorClass count }
  lastFailure { topic partition offset errorClass message } lastDifference { topic partition offset text } ended`

const placeText = ({ topic, partition, offset }: Place): string =>
  `${topic}/${String(partition)} at ${String(offset)}`

export const ShadowFacts = ({ version, of }: { readonly version: string; readonly of: ShadowReport }) => {
  const { handled, failed, differing, dropped, failures, lastFailure, lastDifference, ended } = of
  return (
    <section class="card whole">
      <h3>
        Shadow <span class="path">{version}</span>
      </h3>
      <dl class="facts">
        <Fact name="Handled">{count(handled)}</Fact>
        <Fact name="Differing">
          <span class={differing > 0 ? 'mark' : ''}>{count(differing)}</span>
        </Fact>
        <Fact name="Failed">
          <span class={failed > 0 ? 'mark' : ''}>{count(failed)}</span>{' '}
          {failures.map(({ errorClass, count: times }) => `${errorClass} ${count(times)}`).join(', ')}
        </Fact>
        <Fact name="Dropped, without time for them">{count(dropped)}</Fact>
        {lastDifference !== null && (
          <Fact name="Last difference">
            {lastDifference.text} <span class="quiet">{placeText(lastDifference)}</span>
          </Fact>
        )}
        {lastFailure !== null && (
          <Fact name="Last failure">
            {lastFailure.errorClass}: {lastFailure.message}{' '}
            <span class="quiet">{placeText(lastFailure)}</span>
          </Fact>
        )}
        {ended.map((why) => (
          <Fact key={why} name="Ended">
            <span class="mark">{why}</span>
          </Fact>
        ))}
      </dl>
    </section>
  )
}
