/**
 * What librdkafka was built with, and what the configuration asks of it. node-rdkafka builds without complaint where
 * a -dev package is missing, and the feature is then silently absent: so it is checked at start.
 */

import Kafka from 'node-rdkafka'
import { TroupeError } from '../errors.ts'
import type { Compression, KafkaSettings, SaslSettings } from './settings.ts'

/** librdkafka's names: ssl, sasl_scram, zstd … */
export const builtInFeatures: readonly string[] = Kafka.features

export const librdkafkaVersion: string = Kafka.librdkafkaVersion

/** feature → the Debian package whose headers it is built from. */
const debianPackages = {
  ssl: 'libssl-dev',
  sasl_plain: 'libssl-dev',
  sasl_scram: 'libssl-dev',
  sasl_oauthbearer: 'libssl-dev',
  sasl_gssapi: 'libsasl2-dev',
  oidc: 'libcurl4-openssl-dev',
  gzip: 'zlib1g-dev',
  zstd: 'libzstd-dev',
  lz4: 'g++',
  snappy: 'g++',
} as const

type Feature = keyof typeof debianPackages

const saslFeatures: Record<SaslSettings['mechanism'], readonly Feature[]> = {
  PLAIN: ['sasl_plain'],
  'SCRAM-SHA-256': ['sasl_scram'],
  'SCRAM-SHA-512': ['sasl_scram'],
  GSSAPI: ['sasl_gssapi'],
  OAUTHBEARER: ['sasl_oauthbearer', 'oidc'],
}

const compressionFeatures: Record<Compression, readonly Feature[]> = {
  none: [],
  gzip: ['gzip'],
  snappy: ['snappy'],
  lz4: ['lz4'],
  zstd: ['zstd'],
}

export interface RequiredFeatures extends Pick<KafkaSettings, 'ssl' | 'sasl'> {
  readonly compression?: Compression | undefined
}

/** Throws FEATURE_NOT_BUILT naming each missing feature, who asked for it, its package and what to do then. */
export const requireFeatures = (
  { ssl, sasl, compression }: RequiredFeatures,
  builtIn: readonly string[] = builtInFeatures,
): void => {
  const asked: readonly (readonly [Feature, string])[] = [
    ...(ssl === undefined ? [] : ([['ssl', 'TLS']] as const)),
    ...(sasl === undefined
      ? []
      : saslFeatures[sasl.mechanism].map((feature) => [feature, `SASL ${sasl.mechanism}`] as const)),
    ...(compression === undefined
      ? []
      : compressionFeatures[compression].map((feature) => [feature, `compression ${compression}`] as const)),
  ]
  const missing = asked.filter(([feature]) => !builtIn.includes(feature))
  if (missing.length === 0) return
  const named = missing.map(([feature, askedBy]) => `${feature} (asked for by ${askedBy})`).join(', ')
  const packages = [...new Set(missing.map(([feature]) => debianPackages[feature]))].join(' ')
  throw new TroupeError(
    'FEATURE_NOT_BUILT',
    `this build of librdkafka ${librdkafkaVersion} lacks ${named}: run \`apt-get install ${packages}\`, ` +
      'then delete node_modules and run `npm ci`, which builds it in',
  )
}
