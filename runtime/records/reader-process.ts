/**
 * The entry of the process that reads the log for the control plane, so that its servers share no thread, and no memory,
 * with a Kafka consumer. It connects at the first question, answers one at a time, and ends with its parent.
 */

import { resolve } from 'node:path'

import type { Options } from '../config/index.ts'
import type { DecodedValue, RecordPage } from '../control/index.ts'
import { messageOf, TroupeError } from '../errors.ts'
import { connectLogReader, type LogReader } from '../kafka/index.ts'
import { connectRegistry } from '../registry/index.ts'
import { kafkaSettings } from '../system/kafka-settings.ts'
import { loadSchemas } from '../system/load-schemas.ts'
import { registryUrl } from '../system/registry-url.ts'
import type { FromReader, Question, ToReader } from './messages.ts'
import { RecordBrowser } from './record-browser.ts'
import { ValueDecoder } from './value-decoder.ts'

const send = (message: FromReader): void => {
  // A parent that has gone hears nothing; `disconnect` tells.
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined)
}
process.on('disconnect', () => process.exit(0))
// The parent's to answer: it ends this one.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined)

interface Parts {
  readonly decoder: ValueDecoder
  readonly log: () => Promise<LogReader>
}

const partsOf = async (options: Options): Promise<Parts> => {
  const registry = connectRegistry({ url: registryUrl(registryAccess(options)) })
  const decoder = new ValueDecoder(registry, await loadSchemas(resolve(options.schemasDir)))
  let log: Promise<LogReader> | undefined
  return {
    decoder,
    log: () => {
      log ??= connectLogReader(kafkaSettings(options)).catch((error: unknown) => {
        // The next question tries again.
        log = undefined
        throw error
      })
      return log
    },
  }
}

const registryAccess = ({
  schemaRegistryUrl: url,
  schemaRegistryUsername: username,
  schemaRegistryPassword: password,
}: Options) => ({ url, username, password })

const answerTo = async (parts: Promise<Parts>, question: Question): Promise<RecordPage | DecodedValue> => {
  const { decoder, log } = await parts
  switch (question.kind) {
    case 'decode':
      return decoder.decode(question.value, question.masked)
    case 'read':
      return new RecordBrowser(await log(), decoder).read(question.question)
    default:
      return question satisfies never
  }
}

const answer = async (parts: Promise<Parts>, question: Question): Promise<void> => {
  try {
    send({ kind: 'answer', answer: await answerTo(parts, question) })
  } catch (error) {
    const code = error instanceof TroupeError ? error.code : 'BUG'
    send({ kind: 'failed', code, message: messageOf(error) })
  }
}

let parts: Promise<Parts> | undefined

process.on('message', (message: ToReader) => {
  if (message.kind === 'begin') {
    parts = partsOf(message.options)
    // Told to whoever asks.
    parts.catch(() => undefined)
  } else if (parts !== undefined) void answer(parts, message.question)
})
