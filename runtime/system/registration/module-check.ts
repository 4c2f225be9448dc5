/** The check of a module, with what this process knows of schemas and topics. */

import type { Options } from '../../config/index.ts'
import type { ActorOverrides, CheckedModule } from '../../control/index.ts'
import { connectRegistry } from '../../registry/index.ts'
import type { Application } from '../application.ts'
import { registryUrl } from '../registry-url.ts'
import { checkModule } from './check-module.ts'

/** Opens no connection yet. */
export const moduleCheck = (
  options: Options,
  { catalogue, mapping }: Application,
): ((module: string, overrides: ActorOverrides) => Promise<CheckedModule>) => {
  const schemas = connectRegistry({
    url: registryUrl({
      url: options.schemaRegistryUrl,
      username: options.schemaRegistryUsername,
      password: options.schemaRegistryPassword,
    }),
  })
  return (module, overrides) =>
    checkModule({ options, eventNames: catalogue.names, mapping, schemas }, module, overrides)
}
