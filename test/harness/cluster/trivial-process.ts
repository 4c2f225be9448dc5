/**
 * A consumer process without Kafka, for trials of its primary. It does what files in TRIVIAL_FOLDER tell its slot:
 * `crash-2` ends it at its start, `wrong-2` as one with wrong options, `deaf-2` makes it never end when it is told,
 * `sick-2` makes it say that it is not alive.
 */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { nodeMember } from '../../../runtime/cluster/index.ts'
import { resolveOptions } from '../../../runtime/config/index.ts'
import { TroupeError } from '../../../runtime/errors.ts'
import { runProcess } from '../../../runtime/process/index.ts'

const isTold = (what: string): boolean =>
  existsSync(join(process.env['TRIVIAL_FOLDER'] ?? '', `${what}-${String(process.env['TROUPE_SLOT'])}`))

await runProcess(
  'runtime',
  resolveOptions,
  (options, { log, process: status }) => {
    if (isTold('crash')) process.exit(1)
    if (isTold('wrong')) throw new TroupeError('CONFIG_INVALID', 'it was told to be wrong')
    log.info('at work', {
      instance: options.kafkaGroupInstanceId,
      threads: options.workerThreads,
    })
    return Promise.resolve({
      stop: () => (isTold('deaf') ? new Promise<void>(() => undefined) : Promise.resolve()),
      live: () => ({ reasons: isTold('sick') ? ['it was told to be sick'] : [] }),
      status: () => status.report({ readiness: [{ name: 'consumer', ready: true, reason: '' }] }),
    })
  },
  nodeMember(),
)
