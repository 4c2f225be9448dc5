/** Tells a consumer process its slot. The primary sets it; it is no option. */
export const slotVariable = 'TROUPE_SLOT'
