/**
 * Kafka and Apicurio need Java 17 or later, and Maven to fetch them. Where they are missing tests are skipped and say
 * why; under CI=true the same reason is a failure, since there nobody reads what was skipped.
 */

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)
const requiredJava = 17

/** Why real services cannot run here, in a sentence with a remedy; undefined: they can. */
export const servicesUnavailable = async (): Promise<string | undefined> => {
  const remedy = 'apt install openjdk-17-jre-headless maven'
  const java = await run('java', ['-version']).catch(() => undefined)
  if (!java) return `Java ${String(requiredJava)} or later is not installed (${remedy})`
  // `openjdk version "17.0.15" 2025-04-15` on stderr; "1.8.0_402" before Java 9.
  const version = /version "(\d+)/.exec(java.stderr)?.[1]
  if (Number(version) < requiredJava) {
    return `Java ${String(requiredJava)} or later is needed and java is version ${version ?? 'unknown'} (${remedy})`
  }
  const maven = await run('mvn', ['-version']).catch(() => undefined)
  return maven ? undefined : `Maven is not installed (${remedy})`
}
