/**
 * HTTP to a schema registry: one time limit over a request with its retries and its answer's last byte, a bound on
 * the answer's size, and one error for all that is no answer. docs/decisions/0002-registry-client.md says why it is
 * our own.
 */

import { setTimeout as delay } from 'node:timers/promises'
import { TroupeError, messageOf } from '../errors.ts'

export interface RegistryAddress {
  /** With its path, if it has one (Apicurio: `…/apis/ccompat/v7`); user and password may be in it. */
  readonly url: string
  /**
   * Limit of a request with its retries. Default 5,000. Higher: a worker waits longer before it says that the
   * registry is away; lower: a slow registry counts as one that is away.
   */
  readonly requestTimeoutMs?: number
  /** How often a failed request is tried again at once. Default 1: whoever waits for a registry asks again anyway. */
  readonly retries?: number
}

export interface RegistryAnswer {
  /** 200, 404, 409 or 422; every other status is thrown. */
  readonly status: number
  /** Parsed JSON; undefined when it is none. */
  readonly body: unknown
}

/** What a registry says about a schema or subject; with any other status it says nothing about them. */
const answers: ReadonlySet<number> = new Set([200, 404, 409, 422])

const contentType = 'application/vnd.schemaregistry.v1+json'
const retryDelayMs = 100

/** The largest answer that is read: far beyond any schema, and bounded whatever is at the other end. */
const maxAnswerBytes = 16 * 1024 * 1024

export class RegistryRequests {
  /** Without user and password: for messages. */
  readonly address: string
  readonly #headers: Readonly<Record<string, string>>
  readonly #timeoutMs: number
  readonly #attempts: number

  constructor({ url, requestTimeoutMs = 5_000, retries = 1 }: RegistryAddress) {
    const { address, authorization } = partsOf(url)
    this.address = address
    this.#headers = {
      accept: `${contentType}, application/json`,
      'content-type': contentType,
      ...(authorization === undefined ? {} : { authorization }),
    }
    this.#timeoutMs = requestTimeoutMs
    this.#attempts = retries + 1
  }

  /** `path` begins with a slash. Throws REGISTRY_UNAVAILABLE. */
  get(path: string): Promise<RegistryAnswer> {
    return this.#ask(path, { method: 'GET' })
  }

  /** Registries answer the same to the same schema, so that posting it twice does no harm. */
  post(path: string, body: unknown): Promise<RegistryAnswer> {
    return this.#ask(path, { method: 'POST', body: JSON.stringify(body) })
  }

  /** Of a GET, whatever it is; its body is not read. Throws REGISTRY_UNAVAILABLE where there is no answer. */
  async statusOf(path: string): Promise<number> {
    const signal = AbortSignal.timeout(this.#timeoutMs)
    try {
      const response = await fetch(`${this.address}${path}`, { headers: this.#headers, signal })
      await response.body?.cancel()
      return response.status
    } catch (error) {
      const silent = signal.aborted
      throw this.unavailable(silent ? `no answer within ${this.#timeoutMs} ms` : reasonOf(error), error)
    }
  }

  unavailable(reason: string, cause?: unknown): TroupeError {
    return new TroupeError('REGISTRY_UNAVAILABLE', `The schema registry at ${this.address}: ${reason}`, {
      cause,
    })
  }

  async #ask(path: string, request: RequestInit): Promise<RegistryAnswer> {
    const signal = AbortSignal.timeout(this.#timeoutMs)
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#askOnce(path, { ...request, signal })
      } catch (error) {
        if (signal.aborted) throw this.unavailable(`no answer within ${this.#timeoutMs} ms`, error)
        if (attempt >= this.#attempts) {
          throw error instanceof TroupeError ? error : this.unavailable(reasonOf(error), error)
        }
        await delay(retryDelayMs)
      }
    }
  }

  async #askOnce(path: string, request: RequestInit): Promise<RegistryAnswer> {
    const response = await fetch(`${this.address}${path}`, { ...request, headers: this.#headers })
    const text = await boundedText(response)
    if (!answers.has(response.status)) {
      throw this.unavailable(`it answers with status ${response.status}: ${text.slice(0, maxShownChars)}`)
    }
    return { status: response.status, body: parsed(text) }
  }
}

const maxShownChars = 200

const boundedText = async (response: Response): Promise<string> => {
  const chunks: Uint8Array[] = []
  let bytes = 0
  const body: AsyncIterable<Uint8Array> | undefined = response.body ?? undefined
  if (body === undefined) return ''
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > maxAnswerBytes) throw new Error(`its answer is larger than ${maxAnswerBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** fetch hides what happened in the cause of its 'fetch failed'. */
const reasonOf = (error: unknown): string =>
  error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : messageOf(error)

const partsOf = (text: string): { readonly address: string; readonly authorization: string | undefined } => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new TroupeError('CONFIG_INVALID', 'The registry address must be a URL like http://host:8081')
  }
  const user = decodeURIComponent(url.username)
  const password = decodeURIComponent(url.password)
  const authorization =
    user === '' ? undefined : `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`
  return { address: `${url.origin}${url.pathname.replace(/\/+$/, '')}`, authorization }
}
