/** A consumer process: options from the environment, the runtime, and an end by SIGTERM or SIGINT that always comes. */

import { resolveOptions } from './config/index.ts'
import { Runtime } from './system/runtime.ts'
import { runProcess } from './process/index.ts'

await runProcess('runtime', resolveOptions, (options, ports) => Runtime.start(options, ports))
