/** Reads a folder of `.avsc` files into the catalogue of event types. */

import { readFile, readdir } from 'node:fs/promises'
import { join, sep } from 'node:path'
import type { AvroSchema } from '../actor/event-type.ts'
import { TroupeError, messageOf } from '../errors.ts'
import { type Catalogue, type SchemaFile, catalogueOf } from '../serde/catalogue.ts'

/** Throws SCHEMA_REFUSED naming the file; other files than `.avsc` are left alone. */
export const loadSchemas = async (folder: string): Promise<Catalogue> => {
  const paths = await schemaPaths(folder)
  return catalogueOf(await Promise.all(paths.map((path) => readSchema(folder, path))))
}

const schemaPaths = async (folder: string): Promise<string[]> => {
  try {
    const entries = await readdir(folder, { recursive: true })
    return entries.filter((path) => path.endsWith('.avsc')).sort()
  } catch (error) {
    throw new TroupeError(
      'SCHEMA_REFUSED',
      `The folder of schemas ${folder} cannot be read: ${messageOf(error)}`,
      {
        cause: error,
      },
    )
  }
}

const readSchema = async (folder: string, path: string): Promise<SchemaFile> => {
  const text = await readFile(join(folder, path), 'utf8')
  try {
    return { path: path.split(sep).join('/'), schema: JSON.parse(text) as AvroSchema }
  } catch (error) {
    throw new TroupeError('SCHEMA_REFUSED', `${join(folder, path)} is not JSON: ${messageOf(error)}`, {
      cause: error,
    })
  }
}
