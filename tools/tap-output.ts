/**
 * Reads tap's output as it comes: shows a line for each file that is through, and of a failure all that tap says of
 * it. Of what tests say besides, only what a scenario tells for its reader (comments) is shown, where that is asked for.
 * Everything else stays unseen; what counts is counted.
 */

export interface Counts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

export interface TapOutputOptions {
  /** Comments of tests: the seed, figures, what was tried. Default false. */
  readonly comments?: boolean
}

export class TapOutput {
  readonly #show: (line: string) => void
  readonly #options: TapOutputOptions
  readonly #skipped = new Set<string>()
  readonly #tried: string[] = []
  #summary = ''
  /** Inside the details of a failure. */
  #telling = false

  constructor(show: (line: string) => void, options: TapOutputOptions = {}) {
    this.#show = show
    this.#options = options
  }

  /** tap closes with `# { total: 5, pass: 4, fail: 1, skip: 0 }`; zeros are left out. */
  get counts(): Counts {
    const count = (name: string): number =>
      Number(new RegExp(`\\b${name}: (\\d+)`).exec(this.#summary)?.[1] ?? 0)
    return { passed: count('pass'), failed: count('fail'), skipped: count('skip') + count('todo') }
  }

  get skipped(): readonly string[] {
    return [...this.#skipped]
  }

  /** What trials say that they tried, in their words. */
  get tried(): readonly string[] {
    return this.#tried
  }

  add(line: string): void {
    if (/^# \{ total: .*\}$/.test(line)) this.#summary = line
    const skipped = /# SKIP (.+)$/.exec(line)?.[1]
    if (skipped !== undefined) this.#skipped.add(skipped.replace(/ # time=.*$/, '').trim())
    const tried = /^\s+# tried: (.+)$/.exec(line)?.[1]
    if (tried !== undefined) this.#tried.push(tried)
    if (/^(not )?ok \d+ - /.test(line)) this.#show(line.replace(/ \{$/, ''))
    else if (this.#options.comments === true && isComment(line)) this.#show(line)
    else this.#tell(line)
  }

  /** A failed assertion, and the block between `---` and `...` that follows it. */
  #tell(line: string): void {
    if (/^\s+not ok \d+/.test(line)) {
      this.#show(line)
      this.#telling = false
    } else if (this.#telling || /^\s+---$/.test(line)) {
      this.#telling = !/^\s+\.\.\.$/.test(line)
      this.#show(line)
    }
  }
}

/** Of a test; those of tap itself are its titles and times. */
const isComment = (line: string): boolean => /^\s+# (?!Subtest: |time=|No coverage|\{ total)/.test(line)
