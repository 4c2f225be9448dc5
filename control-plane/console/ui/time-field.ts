/** Fields of `datetime-local` are in the operator's own time. */

/** undefined: it is empty, or no time. */
export const instantOf = (local: string | undefined): string | undefined => {
  const at = new Date(local ?? '')
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString()
}
