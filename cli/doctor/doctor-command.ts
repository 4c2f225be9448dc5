/** `troupe doctor`: is everything there that Troupe needs, and what is to be done where it is not? */

import { Command } from 'commander'

import { resolveOptions, type Options } from '../../runtime/config/index.ts'
import { messageOf } from '../../runtime/errors.ts'
import { endNow } from '../end-now.ts'
import { attention } from '../exit-code.ts'
import { wholeNumber } from '../time-option.ts'
import { fail, ok, type Check } from './finding.ts'
import { doctorText } from './doctor-text.ts'
import { runChecks } from './run-checks.ts'

interface DoctorOptions {
  readonly bound: string
  readonly json?: boolean
}

export const doctorCommand = (): Command =>
  new Command('doctor')
    .description(
      'looks at broker, registry, Postgres, schemas, actors, versions and clocks, and says what to do',
    )
    .option('--bound <seconds>', 'how long each check may take, 1 to 120', '15')
    .option('--json', 'for programs: { healthy, findings }')
    .addHelpText(
      'after',
      `
It changes nothing. Each line is ok, warn (it works, and you should know) or fail. Exit code 0: nothing failed; 6:
something did.`,
    )
    .action(async ({ bound, json }: DoctorOptions) => {
      const boundMs = 1_000 * wholeNumber('--bound', bound, 1, 120)
      const findings = await runChecks(await checksFrom(process.env), boundMs)
      const healthy = findings.every(({ state }) => state !== 'fail')
      console.log(json ? JSON.stringify({ healthy, findings }) : doctorText(findings))
      if (!healthy) process.exitCode = attention
      endNow()
    })

/** Without right options nobody knows whom to ask. */
const checksFrom = async (env: NodeJS.ProcessEnv): Promise<readonly Check[]> => {
  const { machineCheck } = await import('./checks/machine.ts')
  let options: Options
  try {
    options = resolveOptions({}, env)
  } catch (error) {
    const remedy = 'set them right: docs/configuration.md has every variable'
    const findings = messageOf(error)
      .split('\n')
      .map((line) => fail(line, remedy))
    return [machineCheck, { name: 'options', remedy, run: () => Promise.resolve(findings) }]
  }
  const { checksOf } = await import('./checks/index.ts')
  const optionsCheck: Check = {
    name: 'options',
    remedy: '',
    run: () => Promise.resolve([ok('every variable that is set is right')]),
  }
  return [machineCheck, optionsCheck, ...checksOf(options)]
}
