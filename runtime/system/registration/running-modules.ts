/** What runs in this process, by the names of its modules. */

import { basename, extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { CheckedModule } from '../../control/index.ts'
import type { LoadedActor } from '../loaded-actor.ts'
import { moduleFile } from './module-file.ts'

/** `version` is empty of a module whose name is none that can be registered, or whose file is gone. */
export const runningModules = (
  folder: string,
  actors: readonly LoadedActor[],
): Promise<readonly CheckedModule[]> =>
  Promise.all(
    actors.map(async ({ definition, url, group }) => {
      const file = fileURLToPath(new URL(url))
      const module = basename(file, extname(file))
      const version = await moduleFile(folder, module).then(
        (found) => found.version,
        () => '',
      )
      return { module, actor: definition.name, group, version, lines: [] }
    }),
  )
