/** The first fatal error is the one that counts. */

import type { TroupeError } from '../errors.ts'

export const onceOnly = (tell: (error: TroupeError) => void): ((error: TroupeError) => void) => {
  let told = false
  return (error) => {
    if (told) return
    told = true
    tell(error)
  }
}
