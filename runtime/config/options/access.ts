/** Who may ask the two APIs, and how often. */

import { anyText, filePath } from './forms.ts'
import { flag, text, url, wholeNumber } from '../option.ts'

const algorithm = '(RS256|RS384|RS512|PS256|PS384|PS512|ES256|ES384|ES512|EdDSA)'

export const accessOptions = {
  requestsPerMinute: wholeNumber({
    variable: 'API_REQUESTS_PER_MINUTE',
    fallback: 6_000,
    min: 1,
    max: 10_000_000,
    doc: 'How often one key or token may ask either API, counted by each process of the control plane; more is answered 429. Higher: one client can slow down the others. Lower: busy clients are sent away.',
  }),
  refusalsPerMinute: wholeNumber({
    variable: 'API_REFUSALS_PER_MINUTE',
    fallback: 60,
    min: 1,
    max: 1_000_000,
    doc: 'How many wrong credentials one address may show; past them it is answered 429 until the minute is over. Higher: more guesses. Lower: one client with an old key can lock out others behind the same proxy, unless TRUSTED_PROXIES names it.',
  }),
  trustedProxies: text({
    variable: 'TRUSTED_PROXIES',
    fallback: undefined,
    allowed: 'IP addresses and networks, such as 10.0.0.0/8, separated by commas',
    pattern: /^ *[0-9a-fA-F.:/]+( *, *[0-9a-fA-F.:/]+)* *$/,
    doc: "Whose word on the address of a client (X-Forwarded-For) is taken. Default: nobody's.",
  }),
  jwtJwksUrl: url({
    variable: 'JWT_JWKS_URL',
    fallback: undefined,
    protocols: ['https:', 'http:'],
    doc: 'Public keys of JSON Web Tokens, as a JWKS: tokens open the APIs beside API keys. Needs JWT_ISSUER and JWT_AUDIENCE.',
  }),
  jwtKeyFile: text({
    variable: 'JWT_KEY_FILE',
    fallback: undefined,
    ...filePath,
    doc: 'The same from a file: a JWKS, or one public key in PEM. It is read at the start.',
  }),
  jwtIssuer: text({
    variable: 'JWT_ISSUER',
    fallback: undefined,
    ...anyText,
    doc: 'Whose tokens are taken: their claim `iss`.',
  }),
  jwtAudience: text({
    variable: 'JWT_AUDIENCE',
    fallback: undefined,
    ...anyText,
    doc: 'For whom tokens must be made: their claim `aud`.',
  }),
  jwtAlgorithms: text({
    variable: 'JWT_ALGORITHMS',
    fallback: 'RS256,PS256,ES256,EdDSA',
    allowed: 'algorithms with a public key, such as RS256 or ES256, separated by commas',
    pattern: new RegExp(`^${algorithm}(,${algorithm})*$`),
    doc: 'How tokens may be signed. Whatever a token says of itself, another algorithm is refused.',
  }),
  persistedQueriesFile: text({
    variable: 'PERSISTED_QUERIES_FILE',
    fallback: undefined,
    ...filePath,
    doc: 'Queries of the public API that clients name by their SHA-256: a JSON object, hash → query. It is read at the start.',
  }),
  onlyPersisted: flag({
    variable: 'ONLY_PERSISTED',
    fallback: false,
    doc: 'Answer only queries of PERSISTED_QUERIES_FILE on the public API.',
  }),
} as const
