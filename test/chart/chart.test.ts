// What the chart renders fits together: each process gets options it accepts, probes and Services reach ports that are there,
// no secret lies in a ConfigMap, the migration needs nothing of the release, and wrong values are refused by name.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { optionTable, resolveOptions, type Option } from '../../runtime/config/index.ts'
import { setByTheChart } from '../../tools/values-schema.ts'
import {
  chartFolder,
  helm,
  release,
  render,
  type Container,
  type KubernetesObject,
  type Labels,
  type Values,
} from './chart.ts'
import { valueSets } from './value-sets.ts'

const options = Object.values(optionTable) as readonly Option<unknown>[]
const fallbackOf = (variable: string): unknown =>
  options.find((option) => option.variable === variable)?.fallback
const file = (path: string): string => readFileSync(join(import.meta.dirname, '../..', path), 'utf8')

const workloadKinds = ['StatefulSet', 'Deployment', 'Job']

interface Workload {
  readonly object: KubernetesObject
  readonly pod: NonNullable<NonNullable<KubernetesObject['spec']>['template']>
  readonly container: Container
}

const workloadsOf = (objects: readonly KubernetesObject[]): readonly Workload[] =>
  objects.flatMap((object) => {
    const pod = object.spec?.template
    const container = pod?.spec.containers[0]
    return workloadKinds.includes(object.kind) && pod && container ? [{ object, pod, container }] : []
  })

const ofKind = (objects: readonly KubernetesObject[], kind: string): readonly KubernetesObject[] =>
  objects.filter((object) => object.kind === kind)
const named = (objects: readonly KubernetesObject[], kind: string, name: string): KubernetesObject => {
  const found = objects.find((object) => object.kind === kind && object.metadata.name === name)
  if (found === undefined) throw new Error(`there is no ${kind} ${name}`)
  return found
}
const covers = (selector: Labels, labels: Labels): boolean =>
  Object.entries(selector).every(([name, value]) => labels[name] === value)

/** What the process would see, with stand-ins for what Kubernetes fills in. */
const environmentOf = (
  { container }: Workload,
  objects: readonly KubernetesObject[],
): Record<string, string> => {
  const env: Record<string, string> = {}
  for (const { configMapRef } of container.envFrom ?? [])
    Object.assign(env, named(objects, 'ConfigMap', configMapRef.name).data)
  for (const { name, value, valueFrom } of container.env ?? []) {
    const isSecret = valueFrom?.secretKeyRef !== undefined
    env[name] = value ?? (isSecret ? (name === 'DATABASE_URL' ? 'postgres://u:p@h/d' : 's3cret') : 'demo-0')
  }
  return env
}

/** Port of a container → the option it is. */
const portsOf: Readonly<Record<string, Labels>> = {
  runtime: { telemetry: 'TELEMETRY_PORT' },
  relay: { telemetry: 'RELAY_TELEMETRY_PORT' },
  'control-plane': {
    telemetry: 'CONTROL_PLANE_TELEMETRY_PORT',
    public: 'PUBLIC_API_PORT',
    operator: 'OPERATOR_API_PORT',
  },
}

const secretOptions = options.filter(({ secret }) => secret).map(({ variable }) => variable)

for (const [name, values] of Object.entries(valueSets)) {
  t.test(name, async (t) => {
    const objects = render(values)
    const workloads = workloadsOf(objects)

    t.test('each process gets options that it accepts, and each only once', async (t) => {
      for (const workload of workloads) {
        const { container } = workload
        t.ok(resolveOptions({}, environmentOf(workload, objects)), container.name)
        const names = (container.env ?? []).map((variable) => variable.name)
        t.equal(new Set(names).size, names.length, `${container.name}: no variable twice`)
        t.ok(names.includes('DATABASE_URL'), container.name)
      }
    })

    t.test('secrets come from Secrets', async (t) => {
      for (const { metadata, data } of ofKind(objects, 'ConfigMap')) {
        t.same(
          Object.keys(data ?? {}).filter((key) => secretOptions.includes(key)),
          [],
          metadata.name,
        )
      }
      for (const { container } of workloads) {
        const plain = (container.env ?? []).filter((variable) => variable.value !== undefined)
        t.same(
          plain.filter((variable) => secretOptions.includes(variable.name)),
          [],
          container.name,
        )
      }
      t.same(ofKind(objects, 'Secret'), [], 'the chart makes none')
    })

    t.test('selectors find their pods, and only theirs', async (t) => {
      for (const { object, pod } of workloads.filter(({ object }) => object.kind !== 'Job')) {
        t.ok(covers(object.spec?.selector?.matchLabels ?? {}, pod.metadata.labels), object.metadata.name)
      }
      const selecting = objects.filter(({ kind }) =>
        ['Service', 'PodDisruptionBudget', 'NetworkPolicy'].includes(kind),
      )
      for (const { kind, metadata, spec } of selecting) {
        const selector = (
          kind === 'Service' ? spec?.selector : (spec?.selector ?? spec?.['podSelector'])
        ) as Values
        const labels = (kind === 'Service' ? selector : selector['matchLabels']) as Labels
        const found = workloads.filter(({ pod }) => covers(labels, pod.metadata.labels))
        t.equal(found.length, 1, `${kind} ${metadata.name}`)
      }
    })

    t.test('probes, Services and ConfigMaps reach ports that are there', async (t) => {
      for (const workload of workloads.filter(({ object }) => object.kind !== 'Job')) {
        const { container } = workload
        const ports = new Map((container.ports ?? []).map((port) => [port.name, port.containerPort]))
        const { startupProbe, livenessProbe, readinessProbe } = container
        t.equal(startupProbe?.httpGet.path, '/livez')
        t.equal(livenessProbe?.httpGet.path, '/livez')
        t.equal(readinessProbe?.httpGet.path, '/readyz')
        for (const probe of [startupProbe, livenessProbe, readinessProbe])
          t.ok(ports.has(probe?.httpGet.port ?? ''), `${container.name}: ${probe?.httpGet.path ?? ''}`)
        const env = environmentOf(workload, objects)
        const portOf = portsOf[container.name] ?? {}
        t.same([...ports.keys()].sort(), Object.keys(portOf).sort(), `ports of ${container.name}`)
        for (const [port, variable] of Object.entries(portOf)) {
          t.equal(String(ports.get(port)), env[variable], `${port} is ${variable}`)
          t.equal(ports.get(port), fallbackOf(variable), `${variable} is its default`)
          t.match(
            file('deploy/image/Dockerfile'),
            new RegExp(`^EXPOSE .*\\b${ports.get(port) ?? ''}\\b`, 'm'),
          )
        }
      }
      for (const service of ofKind(objects, 'Service')) {
        const selector = service.spec?.selector as unknown as Labels
        const target = workloads.find(({ pod }) => covers(selector, pod.metadata.labels))
        for (const { targetPort } of service.spec?.ports ?? [])
          t.ok(
            target?.container.ports?.some((port) => port.name === targetPort),
            `${service.metadata.name}: ${targetPort}`,
          )
      }
    })

    t.test('a stop has the time it needs, and a frozen process is not waited for', async (t) => {
      for (const workload of workloads.filter(({ object }) => object.kind !== 'Job')) {
        const { pod, container } = workload
        const { drainTimeoutMs, kafkaMaxPollIntervalMs } = resolveOptions(
          {},
          environmentOf(workload, objects),
        )
        const preStopSeconds = container.name === 'control-plane' ? 5 : 0
        t.equal(
          pod.spec.terminationGracePeriodSeconds,
          Math.ceil(drainTimeoutMs / 1000) + 5 + 5 + preStopSeconds,
        )
        const {
          periodSeconds = 0,
          failureThreshold = 0,
          terminationGracePeriodSeconds = 0,
        } = container.livenessProbe ?? {}
        const frozenSeconds = periodSeconds * failureThreshold + terminationGracePeriodSeconds
        t.ok(frozenSeconds * 1000 < kafkaMaxPollIntervalMs, 'it is gone before the group gives up on it')
        t.ok(terminationGracePeriodSeconds < drainTimeoutMs / 1000)
      }
    })

    t.test('every pod is restricted, and has no token', async (t) => {
      for (const { pod, container, object } of workloads) {
        const { name } = object.metadata
        t.match(pod.spec, { automountServiceAccountToken: false, enableServiceLinks: false }, name)
        t.match(
          pod.spec.securityContext,
          { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
          name,
        )
        t.match(
          container.securityContext,
          {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            runAsNonRoot: true,
            capabilities: { drop: ['ALL'] },
            seccompProfile: { type: 'RuntimeDefault' },
          },
          name,
        )
        const mounted = container.volumeMounts.map((mount) => mount.name)
        t.same(
          mounted.filter((each) => !pod.spec.volumes.some((volume) => volume.name === each)),
          [],
          `${name}: mounts`,
        )
        t.ok(
          container.volumeMounts.some(({ mountPath }) => mountPath === '/tmp'),
          `${name}: /tmp`,
        )
        t.ok(container.resources.limits['memory'], `${name}: memory has a limit`)
      }
    })

    t.test('the migration runs first, and needs nothing of the release', async (t) => {
      for (const { object, pod, container } of workloads.filter(({ object }) => object.kind === 'Job')) {
        t.match(object.metadata.annotations, {
          'helm.sh/hook': 'pre-install,pre-upgrade',
          'helm.sh/hook-delete-policy': 'before-hook-creation,hook-succeeded',
        })
        t.same(container.args, ['migrate'])
        t.notOk(container.envFrom, 'no ConfigMap')
        const made = ofKind(objects, 'ServiceAccount').map(({ metadata }) => metadata.name)
        t.notOk(made.includes(pod.spec.serviceAccountName ?? ''), 'no account of the release')
      }
      const hooks = objects.filter(({ metadata }) => metadata.annotations?.['helm.sh/hook'] !== undefined)
      t.ok(hooks.length <= 1, 'and it is the only hook')
    })

    t.test('names are those Kubernetes takes', async (t) => {
      const ids = objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)
      t.equal(new Set(ids).size, ids.length, 'each once')
      for (const { metadata } of objects) {
        t.match(metadata.name, /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/)
        t.ok(metadata.name.length <= 52, 'a StatefulSet appends a hash and a number')
        t.match(metadata.labels, {
          'app.kubernetes.io/managed-by': 'Helm',
          'app.kubernetes.io/instance': release,
        })
      }
    })
  })
}

t.test(
  'the two APIs have a Service each, on ports of their own; only the public one is let out',
  async (t) => {
    for (const name of ['minimal', 'everything on']) {
      const objects = render(valueSets[name]!)
      const services = ['public', 'operator'].map((api) => named(objects, 'Service', `demo-troupe-${api}`))
      t.same(
        services.map(({ spec }) => spec?.ports?.map(({ targetPort }) => targetPort)),
        [['public'], ['operator']],
      )
      const ports = services.flatMap(({ spec }) => spec?.ports?.map(({ port }) => port) ?? [])
      t.equal(new Set(ports).size, 2)
      t.notMatch(JSON.stringify(ofKind(objects, 'Ingress')), /operator/)
    }
  },
)

t.test('the runtime is a StatefulSet of static members', async (t) => {
  const members = (set: string) =>
    workloadsOf(render(valueSets[set]!)).find(({ object }) => object.kind === 'StatefulSet')!
  const { object, container } = members('minimal')
  t.match(object.spec, { podManagementPolicy: 'Parallel', updateStrategy: { type: 'RollingUpdate' } })
  t.equal(
    named(render(valueSets['minimal']!), 'Service', object.spec?.serviceName ?? '').spec?.['clusterIP'],
    'None',
  )
  const instance = container.env?.findIndex(({ name }) => name === 'KAFKA_GROUP_INSTANCE_ID') ?? -1
  t.equal(container.env?.[instance]?.value, '$(POD_NAMESPACE).$(POD_NAME)')
  for (const name of ['POD_NAME', 'POD_NAMESPACE'])
    t.ok(
      (container.env?.findIndex((each) => each.name === name) ?? 99) < instance,
      `${name} is there to be referred to`,
    )
  t.notOk(members('one of each').container.env?.some(({ name }) => name === 'KAFKA_GROUP_INSTANCE_ID'))
  t.notOk(
    'replicas' in (members('the runtime alone, scaled by others').object.spec ?? {}),
    'an autoscaler has the number',
  )
})

t.test('relays have what Kafka and Postgres ask of them, and nothing for a registry', async (t) => {
  const objects = render(valueSets['everything on']!)
  const relay = workloadsOf(objects).find(({ container }) => container.name === 'relay')!
  t.match(relay.object, { kind: 'Deployment', spec: { replicas: 4 } })
  t.same(relay.container.args, ['relay'])
  const env = environmentOf(relay, objects)
  t.match(env, {
    KAFKA_SSL_CERTIFICATE: '/etc/troupe/kafka-tls/tls.crt',
    KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512',
    RELAY_BATCH_RECORDS: '500',
  })
  const secrets = (relay.container.env ?? []).flatMap(({ name, valueFrom }) =>
    valueFrom?.secretKeyRef === undefined ? [] : [name],
  )
  t.same(secrets.filter((name) => options.some(({ variable }) => variable === name)).sort(), [
    'DATABASE_URL',
    'KAFKA_SASL_PASSWORD',
    'KAFKA_SASL_USERNAME',
    'KAFKA_SSL_KEY_PASSWORD',
  ])
  t.ok(relay.container.volumeMounts.some(({ mountPath }) => mountPath === '/etc/troupe/kafka-tls'))
  const budget = named(objects, 'PodDisruptionBudget', 'demo-troupe-relay')
  t.equal(budget.spec?.['maxUnavailable'], 1)
  t.notOk('replicas' in (workloadsOf(render(valueSets['relays alone']!))[0]?.object.spec ?? {}))
})

t.test('pods roll when an option changes, those it concerns', async (t) => {
  const checksums = (config: Values): Labels =>
    Object.fromEntries(
      workloadsOf(
        render({
          ...valueSets['TLS and SASL'],
          config: { ...(valueSets['TLS and SASL']?.['config'] as Values), ...config },
        }),
      )
        .filter(({ object }) => object.kind !== 'Job')
        .map(({ container, pod }) => [container.name, pod.metadata.annotations?.['checksum/config'] ?? '']),
    )
  const before = checksums({})
  t.same(checksums({}), before)
  const leveled = checksums({ LOG_LEVEL: 'debug' })
  t.same(Object.keys(leveled).sort(), ['control-plane', 'relay', 'runtime'])
  for (const name of Object.keys(leveled)) t.not(leveled[name], before[name], name)
  const otherwise = checksums({ KAFKA_SASL_MECHANISM: 'PLAIN' })
  t.equal(otherwise['control-plane'], before['control-plane'], 'no Kafka in the control plane')
  t.not(otherwise['relay'], before['relay'], 'but in the relay')
})

t.test('large numbers stay numbers', async (t) => {
  const { data } = named(render(valueSets['everything on']!), 'ConfigMap', 'demo-troupe-runtime')
  t.match(data, { CREDIT_BYTES: '4294967296', KAFKA_SHIPPING_PARTITIONS: '12', EXPLORER: 'true' })
})

t.test('images', async (t) => {
  const imageOf = (set: string) =>
    workloadsOf(render(valueSets[set]!)).map(({ container }) => container.image)
  const { version } = JSON.parse(file('package.json')) as { readonly version: string }
  t.same(
    [...new Set(imageOf('minimal'))],
    [`registry.example/troupe:${version}`],
    'the tag is the package’s version',
  )
  t.match(
    imageOf('an image by digest, names of its own')[0],
    /^mirror\.example:5000\/x\/troupe@sha256:a{64}$/,
  )
  t.same(imageOf('the runtime alone, scaled by others'), ['registry.example/troupe:1.2.3'])
  t.match(file('deploy/image/Dockerfile'), /^USER 10001:10001$/m)
  t.match(file('deploy/helm/troupe/values.yaml'), /^runAsUser: 10001$/m, 'the image’s user')
})

t.test('every option of the table is a value, a secret, or the chart’s own', async (t) => {
  const schema = JSON.parse(file('deploy/helm/troupe/values.schema.json')) as {
    readonly properties: Readonly<Record<'config' | 'secrets', { readonly properties: Values }>>
  }
  const { config, secrets } = schema.properties
  for (const { variable, secret } of options) {
    const places = [
      variable in config.properties,
      secret && variable in secrets.properties,
      setByTheChart.includes(variable),
    ]
    t.equal(places.filter(Boolean).length, 1, variable)
  }
  const guarded = [...file('deploy/helm/troupe/templates/_checks.tpl').matchAll(/^- ([A-Z_]+)$/gm)].map(
    ([, name]) => name,
  )
  t.same(guarded.sort(), [...setByTheChart].sort(), 'and extraEnv can’t change those')
})

const refusals: readonly (readonly [what: string, values: Values, message: RegExp])[] = [
  ['a misspelt option', { config: { KAFKA_BROKER: 'k:1' } }, /KAFKA_BROKER'? not allowed/],
  ['a misspelt value', { runtime: { replica: 3 } }, /'\/runtime'.*'replica'/],
  ['an option out of range', { config: { LANES: 0 } }, /\/config\/LANES.*minimum/],
  ['a number as text', { config: { LANES: '4' } }, /\/config\/LANES.*integer/],
  ['a log level that is none', { config: { LOG_LEVEL: 'loud' } }, /\/config\/LOG_LEVEL/],
  ['brokers without ports', { config: { KAFKA_BROKERS: 'kafka' } }, /\/config\/KAFKA_BROKERS/],
  [
    'a secret among the options',
    { config: { DATABASE_URL: 'postgres://u:p@h/d' } },
    /DATABASE_URL'? not allowed/,
  ],
  ['a secret as a value', { secrets: { DATABASE_URL: 'postgres://u:p@h/d' } }, /\/secrets\/DATABASE_URL/],
  ['an option of the chart’s own', { config: { TELEMETRY_PORT: 1 } }, /TELEMETRY_PORT'? not allowed/],
  [
    'the same by extraEnv',
    { runtime: { extraEnv: [{ name: 'TELEMETRY_PORT', value: '1' }] } },
    /extraEnv sets TELEMETRY_PORT/,
  ],
  ['no image', { image: { repository: '' } }, /image\.repository is empty/],
  ['no database', { secrets: { DATABASE_URL: { name: '' } } }, /secrets\.DATABASE_URL\.name is empty/],
  ['no brokers', { config: { KAFKA_BROKERS: undefined } }, /config\.KAFKA_BROKERS is not set/],
  ['no registry', { config: { SCHEMA_REGISTRY_URL: undefined } }, /config\.SCHEMA_REGISTRY_URL is not set/],
  [
    'SASL without its password',
    { config: { KAFKA_SASL_MECHANISM: 'PLAIN', KAFKA_SASL_USERNAME: 'u' } },
    /secrets\.KAFKA_SASL_PASSWORD\.name/,
  ],
  [
    'SASL without a user',
    { config: { KAFKA_SASL_MECHANISM: 'PLAIN' }, secrets: { KAFKA_SASL_PASSWORD: { name: 's' } } },
    /KAFKA_SASL_USERNAME/,
  ],
  [
    'a user given twice',
    { config: { KAFKA_SASL_USERNAME: 'u' }, secrets: { KAFKA_SASL_USERNAME: { name: 's' } } },
    /in config and in secrets/,
  ],
  ['TLS files without TLS', { kafkaTls: { existingSecret: 's' } }, /config\.KAFKA_SSL is not true/],
  [
    'half a client certificate',
    { config: { KAFKA_SSL: true }, kafkaTls: { existingSecret: 's', certificateKey: 'c' } },
    /belong together/,
  ],
  ['a drain longer than a poll', { config: { DRAIN_TIMEOUT_MS: 300_000 } }, /must be below/],
  ['both APIs on one port', { controlPlane: { publicService: { port: 4001 } } }, /are the same/],
  [
    'nothing to run',
    { runtime: { enabled: false }, relay: { enabled: false }, controlPlane: { enabled: false } },
    /nothing would run/,
  ],
  [
    'relays without brokers',
    { runtime: { enabled: false }, config: { KAFKA_BROKERS: undefined } },
    /config\.KAFKA_BROKERS is not set/,
  ],
  [
    'the port of a relay by extraEnv',
    { relay: { extraEnv: [{ name: 'RELAY_TELEMETRY_PORT', value: '1' }] } },
    /extraEnv sets RELAY_TELEMETRY_PORT/,
  ],
  ['an Ingress without a host', { controlPlane: { ingress: { enabled: true } } }, /ingress\.host is empty/],
]

t.test('wrong values are refused, by name', async (t) => {
  for (const [what, values, message] of refusals) {
    const { ok, said } = helm(['template', release, chartFolder], merged(valueSets['minimal']!, values))
    t.notOk(ok, what)
    t.match(said, message, what)
  }
})

const merged = (base: Values, over: Values): Values =>
  Object.fromEntries(
    [...new Set([...Object.keys(base), ...Object.keys(over)])].map((key) => {
      const [a, b] = [base[key], over[key]]
      return [key, isObject(a) && isObject(b) ? merged(a, b) : key in over ? b : a]
    }),
  )
const isObject = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

t.test('the notes name what was installed', async (t) => {
  const notes = (set: string): string =>
    helm(
      ['install', release, chartFolder, '--dry-run=client', '--namespace', 'shop'],
      valueSets[set]!,
    ).said.split('NOTES:')[1] ?? ''
  t.match(
    notes('minimal'),
    /statefulset\/demo-troupe-runtime[^]*issue-api-key[^]*service\/demo-troupe-public 4000:4000/,
  )
  t.match(notes('everything on'), /https:\/\/tracking\.example\.org\/graphql/)
  t.notMatch(notes('the runtime alone, scaled by others'), /issue-api-key|operators/)
})
