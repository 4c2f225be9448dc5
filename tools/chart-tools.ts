/**
 * What `make test-chart` works with: helm, kubernetes-validate (it brings the schemas of Kubernetes, so nothing is asked
 * of the network) and kube-score. Taken from the PATH, else from `.tools/`, else fetched into it, pinned.
 */

import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const folder = join(import.meta.dirname, '..', '.tools')
const bin = join(folder, 'bin')
const python = join(folder, 'python')

const goTools = {
  helm: { module: 'helm.sh/helm/v4/cmd/helm@v4.3.1', takes: 'some minutes: it is compiled' },
  'kube-score': {
    module: 'github.com/zegl/kube-score/cmd/kube-score@v1.20.0',
    takes: 'a minute: it is compiled',
  },
} as const

type GoTool = keyof typeof goTools

const validator = 'kubernetes-validate==1.37.0'

/** Its path; undefined where it is neither on the PATH nor in .tools. */
export const toolPath = (name: GoTool): string | undefined =>
  [bin, ...(process.env['PATH'] ?? '').split(delimiter)]
    .map((each) => join(each, name))
    .find((path) => existsSync(path))

/** The last minors whose schemas the validator has, newest first: 1.37.0, … Empty where it is not installed. */
export const kubernetesVersions = (howMany: number): readonly string[] => {
  const schemas = join(python, 'kubernetes_validate', 'kubernetes-json-schema')
  if (!existsSync(schemas)) return []
  const minorOf = (version: string): number => Number(version.split('.')[1])
  return readdirSync(schemas)
    .map((name) => /^v(\d+\.\d+\.\d+)-local-strict$/.exec(name)?.[1])
    .filter((version) => version !== undefined)
    .sort((a, b) => minorOf(b) - minorOf(a))
    .slice(0, howMany)
}

/** What it says of the objects of YAML files, empty when all is well. PodMonitor is no type of Kubernetes: leave it out. */
export const validate = (files: readonly string[], kubernetesVersion: string): string => {
  const args = ['-m', 'kubernetes_validate', '--strict', '--quiet', '-k', kubernetesVersion, ...files]
  const { status, stdout, stderr } = spawnSync('python3', args, {
    encoding: 'utf8',
    env: { ...process.env, PYTHONPATH: python },
  })
  const said = `${stdout}${stderr}`.trim()
  return status === 0 ? said : said || `kubernetes-validate ended with ${status ?? 'a signal'}`
}

/**
 * Fetches what is missing. Answers what could not be had, with what to install for it: without helm and the validator
 * there is no test, and what the others would take is not spent; without kube-score there are fewer.
 */
export const fetchTools = (
  log: (line: string) => void,
): { readonly needed: string[]; readonly wanted: string[] } => {
  mkdirSync(bin, { recursive: true })
  const byGo = (name: GoTool): string[] =>
    toolPath(name) !== undefined || fetchByGo(name, log)
      ? []
      : [`${name} (install it, or Go, by which it is fetched)`]
  const byPip = (): string[] =>
    kubernetesVersions(1).length > 0 || fetchValidator(log)
      ? []
      : ['kubernetes-validate (install python3 with pip, by which it is fetched)']
  let needed = byGo('helm')
  if (needed.length === 0) needed = byPip()
  return { needed, wanted: needed.length === 0 ? byGo('kube-score') : [] }
}

const fetchByGo = (name: GoTool, log: (line: string) => void): boolean => {
  if (spawnSync('go', ['version']).status !== 0) return false
  const { module, takes } = goTools[name]
  log(`fetching ${module} into .tools (${takes})`)
  const { status, stderr } = spawnSync('go', ['install', module], {
    encoding: 'utf8',
    env: { ...process.env, GOBIN: bin, GOFLAGS: '-trimpath' },
  })
  if (status !== 0) log(stderr.split('\n').slice(-10).join('\n'))
  return status === 0
}

const fetchValidator = (log: (line: string) => void): boolean => {
  if (spawnSync('python3', ['-m', 'pip', '--version']).status !== 0) return false
  log(`fetching ${validator} into .tools`)
  const args = [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '--target',
    python,
    validator,
  ]
  const { status, stderr } = spawnSync('python3', args, { encoding: 'utf8' })
  if (status !== 0) log(stderr)
  return status === 0
}
