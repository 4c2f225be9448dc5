/** Where the two GraphQL APIs listen. */

import { anyText } from './forms.ts'
import { optionalFlag, text, wholeNumber } from '../option.ts'

export const apiOptions = {
  publicApiHost: text({
    variable: 'PUBLIC_API_HOST',
    fallback: '127.0.0.1',
    ...anyText,
    doc: 'Address the public GraphQL API listens on. 0.0.0.0 for all, as in a container.',
  }),
  publicApiPort: wholeNumber({
    variable: 'PUBLIC_API_PORT',
    fallback: 4_000,
    min: 0,
    max: 65_535,
    doc: 'Port of the public GraphQL API; 0 takes a free one and logs it.',
  }),
  operatorApiHost: text({
    variable: 'OPERATOR_API_HOST',
    fallback: '127.0.0.1',
    ...anyText,
    doc: "Address the operators' GraphQL API listens on. 0.0.0.0 for all, as in a container.",
  }),
  operatorApiPort: wholeNumber({
    variable: 'OPERATOR_API_PORT',
    fallback: 4_001,
    min: 0,
    max: 65_535,
    doc: "Port of the operators' GraphQL API; 0 takes a free one and logs it.",
  }),
  commandDays: wholeNumber({
    variable: 'COMMAND_DAYS',
    fallback: 30,
    min: 1,
    max: 3_650,
    doc: 'For how many days the commands of operators are kept with what each process answered, and replays after their end. After that the audit log alone tells what came of them. Higher: more to look back on, and a larger table.',
  }),
  environment: text({
    variable: 'NODE_ENV',
    fallback: 'development',
    ...anyText,
    doc: 'Anything but `production` is development: see EXPLORER.',
  }),
  explorer: optionalFlag({
    variable: 'EXPLORER',
    doc: 'Serve a GraphQL explorer beside both APIs, at /explorer, and tell their schemas to everybody with a key. Default: in development only.',
  }),
} as const
