/** What a key allows, each more than the one before. */

export type Role = 'VIEWER' | 'OPERATOR' | 'ADMIN'

const ranks: Readonly<Record<Role, number>> = { VIEWER: 0, OPERATOR: 1, ADMIN: 2 }

export const allows = (role: Role, needs: Role): boolean => ranks[role] >= ranks[needs]
