/** Between the process that asks for records and the one that reads them: one question at a time. */

import type { Options } from '../config/index.ts'
import type { DecodedValue, RecordPage, RecordQuestion } from '../control/index.ts'
import type { ErrorCode } from '../errors.ts'

export type Question =
  | { readonly kind: 'read'; readonly question: RecordQuestion }
  | { readonly kind: 'decode'; readonly value: Uint8Array | null; readonly masked: boolean }

export type ToReader =
  | { readonly kind: 'begin'; readonly options: Options }
  | { readonly kind: 'ask'; readonly question: Question }

export type FromReader =
  | { readonly kind: 'answer'; readonly answer: RecordPage | DecodedValue }
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly message: string }
