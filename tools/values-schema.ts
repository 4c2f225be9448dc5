/**
 * The option table → deploy/helm/troupe/values.schema.json. What is not named here is refused, so that a typo in
 * values fails `helm template` and not a pod. Draft 7: Helm 3 and 4 both read it.
 */

import { optionTable, type Option } from '../runtime/config/index.ts'

type Schema = Readonly<Record<string, unknown>>

const options = Object.values(optionTable) as readonly Option<unknown>[]

/** Options that the chart sets: its Services, probes, mounts and static membership rely on them. */
export const setByTheChart: readonly string[] = [
  'KAFKA_ENABLED',
  'KAFKA_GROUP_INSTANCE_ID',
  'KAFKA_STATIC_MEMBERSHIP',
  'KAFKA_SSL_CA',
  'KAFKA_SSL_CERTIFICATE',
  'KAFKA_SSL_KEY',
  'NODE_ENV',
  'NODE_NAME',
  'PUBLIC_API_HOST',
  'PUBLIC_API_PORT',
  'OPERATOR_API_HOST',
  'OPERATOR_API_PORT',
  'TELEMETRY_ENABLED',
  'TELEMETRY_HOST',
  'TELEMETRY_PORT',
  'CONTROL_PLANE_TELEMETRY_PORT',
  'RELAY_TELEMETRY_PORT',
]

/** No secrets, but often kept in the Secret of their password. */
const mayBeInASecret = ['KAFKA_SASL_USERNAME', 'SCHEMA_REGISTRY_USERNAME']

const object = (properties: Readonly<Record<string, Schema>>, description?: string): Schema => ({
  type: 'object',
  ...(description === undefined ? {} : { description }),
  additionalProperties: false,
  properties,
})
const text = { type: 'string' }
const flag = { type: 'boolean' }
/** Of a Kubernetes object; empty: the chart's own. */
const objectName = { type: 'string', pattern: '^([a-z]([-a-z0-9]*[a-z0-9])?)?$' }
const count = (minimum: number): Schema => ({ type: 'integer', minimum })
/** Of Kubernetes' own making: its API server checks them. */
const anyObject = { type: 'object' }
const anyList = { type: 'array', items: { type: 'object' } }
const texts = { type: 'object', additionalProperties: { type: 'string' } }
const environment = {
  type: 'array',
  items: {
    type: 'object',
    additionalProperties: false,
    required: ['name'],
    properties: {
      name: { type: 'string', pattern: '^[A-Za-z_][A-Za-z0-9_]*$' },
      value: text,
      valueFrom: anyObject,
    },
  },
}
const port = { type: 'integer', minimum: 1, maximum: 65_535 }
const orNull = (schema: Schema): Schema => ({ ...schema, type: [schema['type'], 'null'] })

const described = ({ schema, doc, unit, fallback, allowed }: Option<unknown>): Schema => ({
  ...schema,
  description: `${doc} Allowed: ${allowed}${unit === undefined ? '' : `, in ${unit}`}.`,
  ...(fallback === undefined ? {} : { default: Array.isArray(fallback) ? fallback.join(',') : fallback }),
})

const config = (): Schema => {
  const open = options.filter(({ variable, secret }) => !secret && !setByTheChart.includes(variable))
  return {
    ...object(
      Object.fromEntries(open.map((option) => [option.variable, described(option)])),
      'Options of docs/configuration.md that are neither secret nor set by the chart.',
    ),
    // Topics of event domains, as runtime/config/domains.ts reads them.
    patternProperties: {
      '^KAFKA_[A-Z][A-Z0-9_]*_TOPIC$': { type: 'string', pattern: '^[A-Za-z0-9._-]{1,249}$' },
      '^KAFKA_[A-Z][A-Z0-9_]*_PARTITIONS$': { type: 'integer', minimum: 1, maximum: 10_000 },
    },
  }
}

const secrets = (): Schema => {
  const names = options
    .map(({ variable, secret }) => (secret || mayBeInASecret.includes(variable) ? variable : undefined))
    .filter((variable) => variable !== undefined)
  return object(
    Object.fromEntries(names.map((name) => [name, object({ name: text, key: text })])),
    'Secret options: name and key of a Secret that exists.',
  )
}

const probe = (more: Readonly<Record<string, Schema>> = {}): Schema =>
  object({
    periodSeconds: count(1),
    timeoutSeconds: count(1),
    failureThreshold: count(1),
    initialDelaySeconds: count(0),
    ...more,
  })

const workload = {
  enabled: flag,
  replicas: orNull(count(0)),
  resources: anyObject,
  podDisruptionBudget: object({ enabled: flag, maxUnavailable: { type: ['integer', 'string'] } }),
  extraEnv: environment,
  podAnnotations: texts,
  podLabels: texts,
  nodeSelector: texts,
  tolerations: anyList,
  affinity: anyObject,
  topologySpread: flag,
  priorityClassName: text,
}

const service = object({
  type: { type: 'string', enum: ['ClusterIP', 'NodePort', 'LoadBalancer'] },
  port,
  annotations: texts,
})

/** Sections that templates read: a null would take one away. */
const sections = [
  'image',
  'config',
  'secrets',
  'kafkaTls',
  'certificateAuthorities',
  'serviceAccount',
  'probes',
  'runtime',
  'relay',
  'controlPlane',
  'migration',
  'metrics',
  'networkPolicy',
]

const valuesSchema = (): Schema => ({
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Values of the chart troupe',
  $comment: 'Generated from the option table by `npm run generate-docs`.',
  required: sections,
  ...object({
    image: object({
      repository: text,
      tag: text,
      digest: { type: 'string', pattern: '^(sha256:[0-9a-f]{64})?$' },
      pullPolicy: { type: 'string', enum: ['Always', 'IfNotPresent', 'Never'] },
    }),
    imagePullSecrets: { type: 'array', items: object({ name: text }) },
    nameOverride: objectName,
    fullnameOverride: objectName,
    commonLabels: texts,
    config: config(),
    secrets: secrets(),
    kafkaTls: object({ existingSecret: text, caKey: text, certificateKey: text, privateKeyKey: text }),
    certificateAuthorities: object({ configMap: text, key: text }),
    extraEnv: environment,
    extraVolumes: anyList,
    extraVolumeMounts: anyList,
    serviceAccount: object({ create: flag, name: text, annotations: texts }),
    runAsUser: orNull(count(1)),
    probes: object({
      startup: probe(),
      liveness: probe({ terminationGracePeriodSeconds: count(1) }),
      readiness: probe(),
    }),
    terminationMarginSeconds: count(0),
    runtime: { ...object({ ...workload, staticMembership: flag }), required: ['podDisruptionBudget'] },
    relay: { ...object(workload), required: ['podDisruptionBudget'] },
    controlPlane: {
      ...object({
        ...workload,
        publicService: service,
        operatorService: service,
        ingress: object({
          enabled: flag,
          className: text,
          annotations: texts,
          host: text,
          path: { type: 'string', pattern: '^/' },
          tlsSecret: text,
        }),
      }),
      required: ['podDisruptionBudget', 'publicService', 'operatorService', 'ingress'],
    },
    migration: object({
      enabled: flag,
      backoffLimit: count(0),
      activeDeadlineSeconds: count(1),
      annotations: texts,
      resources: anyObject,
    }),
    metrics: object({
      podAnnotations: flag,
      podMonitor: object({ enabled: flag, interval: text, labels: texts }),
    }),
    networkPolicy: object({
      enabled: flag,
      publicFrom: anyList,
      operatorFrom: anyList,
      telemetryFrom: anyList,
    }),
    // Helm's own, where this chart is part of another.
    global: anyObject,
  }),
})

/** The file's text. */
export const valuesSchemaFile = (): string => `${JSON.stringify(valuesSchema(), null, 2)}\n`
