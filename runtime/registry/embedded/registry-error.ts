/** What the registry answers when it cannot do what was asked: Confluent's statuses and codes. */

export const registryErrors = {
  subjectNotFound: { status: 404, code: 40401 },
  versionNotFound: { status: 404, code: 40402 },
  schemaNotFound: { status: 404, code: 40403 },
  levelNotFound: { status: 404, code: 40408 },
  incompatible: { status: 409, code: 409 },
  schemaInvalid: { status: 422, code: 42201 },
  versionInvalid: { status: 422, code: 42202 },
  levelInvalid: { status: 422, code: 42203 },
} as const satisfies Record<string, { readonly status: number; readonly code: number }>

export class RegistryError extends Error {
  readonly status: number
  readonly code: number

  constructor(kind: keyof typeof registryErrors, message: string) {
    super(message)
    this.status = registryErrors[kind].status
    this.code = registryErrors[kind].code
  }
}
