// Every way of installing passes helm's lint, the strict schemas of the last four Kubernetes minors, and kube-score.

import t from 'tap'
import { stringify } from 'yaml'
import { kubernetesVersions, toolPath, validate } from '../../tools/chart-tools.ts'
import { chartFolder, helm, helmVersion, kubeScore, objectsOf, renderedText, withFiles } from './chart.ts'
import { valueSets } from './value-sets.ts'

t.comment(`helm ${helmVersion()}, Kubernetes ${kubernetesVersions(4).join(', ')}`)

/**
 * What kube-score calls critical and is left as it is:
 * - no CPU limit: a throttled main thread answers no probe and looks frozen; requests share the machine.
 * - pull policy IfNotPresent: tags are versions and are not moved, and a pod must start while the registry is away.
 */
const ignored = ['--ignore-container-cpu-limit', '--ignore-test=container-image-pull-policy']
/** It asks for a policy even where a cluster's network knows none: a value of the chart switches it on. */
const withoutPolicies = '--ignore-test=pod-networkpolicy'

/** Where the cluster chooses the user, the objects can't name it. */
const withoutUser = '--ignore-test=container-security-context-user-group-id'

/** One an install has only where the Prometheus operator brings its type. */
const isOfKubernetes = ({ apiVersion }: { readonly apiVersion: string }): boolean =>
  !apiVersion.startsWith('monitoring.coreos.com/')

interface Scored {
  readonly object_name: string
  readonly type_meta: { readonly kind: string }
  readonly checks: readonly {
    readonly check: { readonly id: string }
    readonly grade: number
    readonly skipped: boolean
    readonly comments: readonly { readonly summary: string }[] | null
  }[]
}

const critical = 1

/** Set of values → its objects, as one text. */
const rendered = Object.entries(valueSets).map(([name, values]) => {
  const objects = objectsOf(renderedText(values)).filter(isOfKubernetes)
  const text = objects.map((object) => stringify(object)).join('---\n')
  return { name, values, objects, text }
})

t.test('valid, strictly', async (t) => {
  const texts = rendered.map(({ text }) => text)
  for (const version of kubernetesVersions(4))
    t.equal(
      withFiles(texts, (files) => validate(files, version)),
      '',
      `for Kubernetes ${version}`,
    )
})

for (const { name, values, objects, text } of rendered) {
  t.test(name, async (t) => {
    const linted = helm(['lint', '--strict', '--quiet', chartFolder], values)
    t.ok(linted.ok, `helm lint --strict ${linted.ok ? '' : linted.said}`)

    const score = toolPath('kube-score')
    if (score === undefined) {
      t.pass('nothing critical', { skip: 'kube-score is not here' })
      return
    }
    const hasPolicies = objects.some(({ kind }) => kind === 'NetworkPolicy')
    const left = [
      ...ignored,
      ...(hasPolicies ? [] : [withoutPolicies]),
      ...(values['runAsUser'] === null ? [withoutUser] : []),
    ]
    const answer = kubeScore(score, left, text)
    const criticals = (JSON.parse(answer) as readonly Scored[]).flatMap(
      ({ object_name, type_meta, checks }) =>
        checks
          .filter(({ grade, skipped }) => !skipped && grade <= critical)
          .map(
            ({ check, comments }) =>
              `${type_meta.kind} ${object_name}: ${check.id}: ${comments?.[0]?.summary ?? ''}`,
          ),
    )
    t.same(criticals, [], 'kube-score finds nothing critical')
  })
}

t.test('the checks themselves see a wrong object', async (t) => {
  const good = rendered[0]?.text ?? ''
  const wrong = stringify({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'x' }, spec: { prots: [] } })
  for (const version of kubernetesVersions(4))
    t.match(
      withFiles([good, wrong], (files) => validate(files, version)),
      /prots/,
      version,
    )
})
