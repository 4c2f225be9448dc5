/** Who does it, for audit log and receipts: nobody has to say it, and everybody may. */

import { Option } from 'commander'

export const byOption = (what: string): Option =>
  new Option('--by <name>', what).default(process.env['USER'] ?? 'cli', 'your user name')
