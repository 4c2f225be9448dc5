/** Steps of a start, which must end when the process is told to stop in the middle of them. */

/**
 * What `starting` answers, unless `stopping` is aborted first: then its reason is thrown at once, and what still comes
 * up later is closed when it is there.
 */
export const unlessStopping = async <T>(
  stopping: AbortSignal,
  starting: Promise<T>,
  close: (late: T) => unknown,
): Promise<T> => {
  const { promise: stopped, reject } = Promise.withResolvers<never>()
  const stop = (): void => {
    reject(stopping.reason as Error)
    starting.then(close).catch(() => undefined)
  }
  if (stopping.aborted) stop()
  else stopping.addEventListener('abort', stop, { once: true })
  try {
    return await Promise.race([stopped, starting])
  } finally {
    stopping.removeEventListener('abort', stop)
  }
}
