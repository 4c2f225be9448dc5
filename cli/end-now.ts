/**
 * Ends the process when what it has printed is out. For commands that load code of others (actors) or wait for what may
 * never answer: a timer or a connection of theirs would hold it open.
 */
export const endNow = (): void => {
  process.stdout.write('', () => process.exit())
}
