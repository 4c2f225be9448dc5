/** Commands asked for by the fields of one request: all of a moment by one read, each once. */

import type { CommandDesk, StoredCommand } from '../../../runtime/store/index.ts'

export type LoadCommand = (id: number) => Promise<StoredCommand | undefined>

export const commandLoads = (desk: Pick<CommandDesk, 'commandsOf'>): LoadCommand => {
  const asked = new Map<number, PromiseWithResolvers<StoredCommand | undefined>>()
  let waiting: number[] = []
  const read = async (): Promise<void> => {
    const ids = waiting
    waiting = []
    try {
      const commands = await desk.commandsOf(ids)
      ids.forEach((id, nth) => asked.get(id)?.resolve(commands[nth]))
    } catch (error) {
      for (const id of ids) asked.get(id)?.reject(error)
    }
  }
  return (id) => {
    const known = asked.get(id)
    if (known !== undefined) return known.promise
    const answer = Promise.withResolvers<StoredCommand | undefined>()
    asked.set(id, answer)
    if (waiting.push(id) === 1) setImmediate(() => void read())
    return answer.promise
  }
}
