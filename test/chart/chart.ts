/** The chart as tests see it: rendered by helm with values, parsed. */

import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseAllDocuments, stringify } from 'yaml'
import { toolPath } from '../../tools/chart-tools.ts'

export const chartFolder = join(import.meta.dirname, '../../deploy/helm/troupe')
export const release = 'demo'

export type Values = Readonly<Record<string, unknown>>

export interface EnvVar {
  readonly name: string
  readonly value?: string
  readonly valueFrom?: {
    readonly secretKeyRef?: { readonly name: string; readonly key: string }
    readonly fieldRef?: { readonly fieldPath: string }
  }
}

export interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string }
  readonly periodSeconds: number
  readonly timeoutSeconds: number
  readonly failureThreshold: number
  readonly terminationGracePeriodSeconds?: number
}

export interface Container {
  readonly name: string
  readonly image: string
  readonly args: readonly string[]
  readonly env?: readonly EnvVar[]
  readonly envFrom?: readonly { readonly configMapRef: { readonly name: string } }[]
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[]
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[]
  readonly securityContext: Values
  readonly resources: { readonly requests: Values; readonly limits: Values }
  readonly startupProbe?: Probe
  readonly livenessProbe?: Probe
  readonly readinessProbe?: Probe
}

export interface PodSpec {
  readonly serviceAccountName?: string
  readonly automountServiceAccountToken: boolean
  readonly enableServiceLinks: boolean
  readonly securityContext: Values
  readonly terminationGracePeriodSeconds?: number
  readonly containers: readonly Container[]
  readonly volumes: readonly (Values & { readonly name: string })[]
}

export type Labels = Readonly<Record<string, string>>

/** What the tests look at of any object; what a kind has not is absent. */
export interface KubernetesObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly labels: Labels; readonly annotations?: Labels }
  readonly data?: Labels
  readonly spec?: Values & {
    readonly replicas?: number
    readonly serviceName?: string
    readonly selector?: Values & { readonly matchLabels?: Labels }
    readonly ports?: readonly { readonly port: number; readonly targetPort: string }[]
    readonly template?: {
      readonly metadata: { readonly labels: Labels; readonly annotations?: Labels }
      readonly spec: PodSpec
    }
  }
}

/** Helm's answer as it is, whether it renders or refuses. */
export const helm = (
  args: readonly string[],
  values: Values,
): { readonly ok: boolean; readonly said: string } =>
  withFile(stringify(values), (file) => {
    const { status, stdout, stderr } = spawnSync(helmPath(), [...args, '-f', file], { encoding: 'utf8' })
    return { ok: status === 0, said: status === 0 ? stdout : stderr }
  })

export const renderedText = (values: Values): string => {
  const { ok, said } = helm(['template', release, chartFolder, '--namespace', 'shop'], values)
  if (!ok) throw new Error(said)
  return said
}

export const render = (values: Values): readonly KubernetesObject[] => objectsOf(renderedText(values))

export const objectsOf = (text: string): readonly KubernetesObject[] =>
  parseAllDocuments(text)
    .map((document) => {
      if (document.errors[0] !== undefined) throw document.errors[0]
      return document.toJS() as KubernetesObject | null
    })
    .filter((object) => object !== null)

/** With each text in a file of its own while `use` runs. */
export const withFiles = <T>(texts: readonly string[], use: (files: readonly string[]) => T): T => {
  const folder = mkdtempSync(join(tmpdir(), 'troupe-chart-'))
  try {
    const files = texts.map((text, i) => {
      const file = join(folder, `${i}.yaml`)
      writeFileSync(file, text)
      return file
    })
    return use(files)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const withFile = <T>(text: string, use: (file: string) => T): T =>
  withFiles([text], ([file]) => use(file ?? ''))

const helmPath = (): string => {
  const path = toolPath('helm')
  if (path === undefined) throw new Error('helm is not here: make test-chart fetches it')
  return path
}

/** What kube-score says of objects, as JSON. */
export const kubeScore = (path: string, args: readonly string[], text: string): string =>
  withFile(text, (file) => {
    const { stdout } = spawnSync(path, ['score', '--output-format', 'json', ...args, file], {
      encoding: 'utf8',
    })
    return stdout
  })

export const helmVersion = (): string =>
  execFileSync(helmPath(), ['version', '--short'], { encoding: 'utf8' }).trim()
