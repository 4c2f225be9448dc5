/** What a client got wrong in an argument. Its message is for the client; every other error's is not. */
export class InputError extends Error {
  override readonly name = 'InputError'
}

/** What a client's key does not allow. Its message is for the client, too. */
export class ForbiddenError extends Error {
  override readonly name = 'ForbiddenError'
}
