/** The ways of installing that every check goes through. */

import type { Values } from './chart.ts'

const minimal = {
  image: { repository: 'registry.example/troupe' },
  secrets: { DATABASE_URL: { name: 'troupe-database' } },
  config: { KAFKA_BROKERS: 'kafka-1:9092,kafka-2:9092', SCHEMA_REGISTRY_URL: 'http://registry:8081' },
}

const tlsAndSasl = {
  ...minimal,
  config: {
    ...minimal.config,
    KAFKA_SSL: true,
    KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512',
    SCHEMA_REGISTRY_USERNAME: 'troupe',
    DRAIN_TIMEOUT_MS: 60_500,
    KAFKA_MAX_POLL_INTERVAL_MS: 600_000,
  },
  secrets: {
    ...minimal.secrets,
    KAFKA_SASL_USERNAME: { name: 'kafka-user', key: 'username' },
    KAFKA_SASL_PASSWORD: { name: 'kafka-user', key: 'password' },
    KAFKA_SSL_KEY_PASSWORD: { name: 'kafka-key' },
    SCHEMA_REGISTRY_PASSWORD: { name: 'registry-user', key: 'password' },
  },
  kafkaTls: { existingSecret: 'kafka-tls', certificateKey: 'tls.crt', privateKeyKey: 'tls.key' },
  certificateAuthorities: { configMap: 'company-authorities' },
}

const placement = {
  podAnnotations: { 'example.org/team': 'parcels' },
  podLabels: { 'example.org/cost-centre': '4711' },
  nodeSelector: { 'kubernetes.io/os': 'linux' },
  tolerations: [{ key: 'dedicated', operator: 'Equal', value: 'kafka', effect: 'NoSchedule' }],
  affinity: {
    podAntiAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        {
          weight: 1,
          podAffinityTerm: {
            topologyKey: 'kubernetes.io/hostname',
            labelSelector: { matchLabels: { 'app.kubernetes.io/part-of': 'troupe' } },
          },
        },
      ],
    },
  },
  priorityClassName: 'high',
}

const everything = {
  ...tlsAndSasl,
  commonLabels: { 'example.org/env': 'production' },
  imagePullSecrets: [{ name: 'registry-credentials' }],
  config: {
    ...tlsAndSasl.config,
    CREDIT_BYTES: 4_294_967_296,
    KAFKA_SHIPPING_TOPIC: 'parcels',
    KAFKA_SHIPPING_PARTITIONS: 12,
    EXPLORER: true,
    LOG_LEVEL: 'debug',
  },
  extraEnv: [
    { name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: 'http://collector:4318' },
    {
      name: 'OTEL_EXPORTER_OTLP_HEADERS',
      valueFrom: { secretKeyRef: { name: 'collector', key: 'headers' } },
    },
  ],
  extraVolumes: [{ name: 'actors', persistentVolumeClaim: { claimName: 'actors' } }],
  extraVolumeMounts: [{ name: 'actors', mountPath: '/app/actors/ours', readOnly: true }],
  serviceAccount: { annotations: { 'example.org/role': 'troupe' } },
  runtime: { ...placement, replicas: 6, extraEnv: [{ name: 'DATABASE_CONNECTIONS', value: '8' }] },
  relay: { ...placement, replicas: 4, extraEnv: [{ name: 'RELAY_BATCH_RECORDS', value: '500' }] },
  controlPlane: {
    ...placement,
    replicas: 3,
    publicService: { type: 'LoadBalancer', port: 80, annotations: { 'example.org/internal': 'false' } },
    operatorService: { annotations: { 'example.org/internal': 'true' } },
    ingress: {
      enabled: true,
      className: 'nginx',
      host: 'tracking.example.org',
      annotations: { 'example.org/limit': '10' },
      tlsSecret: 'tracking-tls',
    },
    extraEnv: [{ name: 'DATABASE_CONNECTIONS', value: '10' }],
  },
  migration: { annotations: { 'sidecar.istio.io/inject': 'false' } },
  metrics: { podAnnotations: true, podMonitor: { enabled: true, labels: { release: 'prometheus' } } },
  networkPolicy: {
    enabled: true,
    publicFrom: [{ namespaceSelector: { matchLabels: { name: 'ingress' } } }],
    operatorFrom: [{ podSelector: { matchLabels: { role: 'operator' } } }],
    telemetryFrom: [{ namespaceSelector: { matchLabels: { name: 'monitoring' } } }],
  },
}

const alone = { podDisruptionBudget: { enabled: false }, topologySpread: false }

export const valueSets: Readonly<Record<string, Values>> = {
  minimal,
  'TLS and SASL': tlsAndSasl,
  'everything on': everything,
  'one of each': {
    ...minimal,
    runtime: { replicas: 1, staticMembership: false, ...alone },
    relay: { replicas: 1, ...alone },
    controlPlane: { replicas: 1, ...alone },
    serviceAccount: { create: false, name: 'troupe' },
    runAsUser: null,
  },
  'an image by digest, names of its own': {
    ...minimal,
    image: { repository: 'mirror.example:5000/x/troupe', tag: 'ignored', digest: `sha256:${'a'.repeat(64)}` },
    fullnameOverride: 'a-name-that-is-much-longer-than-what-kubernetes-takes',
    nameOverride: 'actors',
  },
  'the runtime alone, scaled by others': {
    ...minimal,
    image: { repository: 'registry.example/troupe', tag: '1.2.3', pullPolicy: 'Always' },
    runtime: { replicas: null },
    relay: { enabled: false },
    controlPlane: { enabled: false },
    migration: { enabled: false },
  },
  'the control plane alone': {
    image: minimal.image,
    secrets: minimal.secrets,
    runtime: { enabled: false },
    relay: { enabled: false },
  },
  'relays alone': {
    image: minimal.image,
    secrets: minimal.secrets,
    config: { KAFKA_BROKERS: 'kafka-1:9092' },
    runtime: { enabled: false },
    relay: { replicas: null },
    controlPlane: { enabled: false },
  },
}
