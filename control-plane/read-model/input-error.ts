/** What a client got wrong in an argument. Its message is for the client; every other error's is not. */
export class InputError extends Error {
  override readonly name = 'InputError'
  readonly code: string
  /** What to do, where the message is one that programs know. */
  readonly help: string | undefined

  constructor(message: string, { code = 'BAD_USER_INPUT', help }: InputErrorMore = {}) {
    super(message)
    this.code = code
    this.help = help
  }
}

interface InputErrorMore {
  readonly code?: string
  readonly help?: string
}

/** What a client's key does not allow. Its message is for the client, too. */
export class ForbiddenError extends Error {
  override readonly name = 'ForbiddenError'
}
