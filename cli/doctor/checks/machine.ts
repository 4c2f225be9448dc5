/** What this process is made of. */

import { troupeVersion } from '../../../runtime/system/version.ts'
import { ok, warn, type Check } from '../finding.ts'

export const machineCheck: Check = {
  name: 'versions',
  remedy: 'install Node 24',
  run: () => {
    const found = `Troupe ${troupeVersion()} on Node ${process.versions.node}, ${process.platform}-${process.arch}`
    const isTested = Number(process.versions.node.split('.')[0]) >= 24
    return Promise.resolve([
      isTested ? ok(found) : warn(found, 'Troupe is tested on Node 24: install that when you can'),
    ])
  },
}
