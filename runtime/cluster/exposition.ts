/**
 * Several processes' metrics as one: Prometheus' text exposition format 0.0.4, in which all lines of a metric stand
 * together, after its HELP and TYPE. Each sample gets a label that says whose it is; without, the same series would
 * come twice.
 */

export interface ProcessMetrics {
  /** Value of the label. */
  readonly slot: string
  /** Text exposition. What it can't be read as is left out. */
  readonly text: string
}

interface Family {
  /** HELP and TYPE: of the first process that has them. */
  readonly header: Map<string, string>
  readonly samples: string[]
}

const label = 'slot'
const headerLine = /^# (HELP|TYPE) ([a-zA-Z_:][\w:]*)/
const sampleLine = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?( .+)$/

export const mergeExpositions = (processes: readonly ProcessMetrics[]): string => {
  const families = new Map<string, Family>()
  for (const { slot, text } of processes) {
    let name = ''
    for (const line of text.split('\n')) {
      const header = headerLine.exec(line)
      if (header !== null) {
        const [, keyword = ''] = header
        name = header[2] ?? ''
        const family = familyOf(families, name)
        if (!family.header.has(keyword)) family.header.set(keyword, line)
        continue
      }
      const sample = sampleLine.exec(line)
      if (sample === null) continue
      const [, metric = '', labels, rest = ''] = sample
      // A histogram's samples have suffixes; one without a header stands for itself.
      const family = familyOf(families, name !== '' && metric.startsWith(name) ? name : metric)
      const own = `${label}="${slot}"`
      family.samples.push(
        `${metric}{${labels === undefined || labels === '' ? own : `${own},${labels}`}}${rest}`,
      )
    }
  }
  const lines = [...families.values()].flatMap(({ header, samples }) =>
    samples.length === 0 ? [] : [...header.values(), ...samples],
  )
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`
}

const familyOf = (families: Map<string, Family>, name: string): Family => {
  const known = families.get(name)
  if (known !== undefined) return known
  const family: Family = { header: new Map(), samples: [] }
  families.set(name, family)
  return family
}
