/** Which version of an actor took the place of which, and who took it back. */

import { hrefOf } from '../address.ts'
import { moment } from '../format.ts'
import { Table, useMaySteer } from '../page.tsx'
import { RollBackButton } from './registration-buttons.tsx'

export interface Promotion {
  readonly id: string
  readonly actor: string
  readonly groupName: string
  readonly module: string
  readonly version: string
  readonly fromModule: string
  readonly fromVersion: string
  readonly by: string
  readonly at: string
  readonly rolledBackBy: string | null
  readonly rolledBackAt: string | null
}

export const promotionFields =
  'id actor groupName module version fromModule fromVersion by at rolledBackBy rolledBackAt'

interface PromotionsProps {
  readonly promotions: readonly Promotion[]
  readonly onDone: () => void
}

export const Promotions = ({ promotions, onDone }: PromotionsProps) => {
  const maySteer = useMaySteer('ADMIN')
  if (promotions.length === 0) return <p class="quiet">No version took the place of another one.</p>
  const standing = promotions.filter(({ rolledBackAt }) => rolledBackAt === null)
  return (
    <Table
      label="Promotions"
      columns={[
        'At',
        'Actor',
        'Version',
        'In the place of',
        'Taken back',
        ...(maySteer ? ['What to do'] : []),
      ]}
    >
      {promotions.map((promotion) => {
        const { id, actor, groupName, rolledBackBy, rolledBackAt } = promotion
        const isLast = standing.find((each) => each.actor === actor)?.id === id
        return (
          <tr key={id}>
            <td class="nowrap">
              {moment(promotion.at)}
              <div class="quiet">{promotion.by}</div>
            </td>
            <td>
              <a href={hrefOf(['actors', groupName, actor])}>{actor}</a>
            </td>
            <td>
              {promotion.module} <div class="quiet path">{promotion.version}</div>
            </td>
            <td>
              {promotion.fromModule} <div class="quiet path">{promotion.fromVersion}</div>
            </td>
            <td class="nowrap">
              {rolledBackAt === null ? (
                <span class="quiet">it stands</span>
              ) : (
                <>
                  {moment(rolledBackAt)}
                  <div class="quiet">{rolledBackBy}</div>
                </>
              )}
            </td>
            {maySteer && <td>{isLast && <RollBackButton actor={actor} onDone={onDone} />}</td>}
          </tr>
        )
      })}
    </Table>
  )
}
