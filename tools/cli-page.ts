/** docs/cli.md: what each command of `troupe` says of itself. */

import type { Command } from 'commander'
import { troupeProgram } from '../cli/program.ts'

const width = 110

export const cliPage = (): string => {
  const program = troupeProgram()
  return `# The command line

Generated from the commands (cli) by \`npm run generate-docs\`: it is what \`--help\` prints on each level. \`npx troupe\` in a checkout or where
Troupe is installed as a link, \`npm run troupe --\` with all set-up before it, \`troupe\` in the image. Options of Troupe itself come from the
environment ([configuration.md](configuration.md)); what to do when something is wrong is in [operations.md](operations.md#what-to-do-when).

Results are on stdout, as tables for people or with \`--json\` for programs; what went wrong is one line on stderr. Exit codes are those of
processes ([operations.md](operations.md#stop)), and 6: the command did its work, and found something that somebody must look at.

${sections(program, 'troupe').join('\n')}`
}

/** Commands that take nothing are told by the list they are in. */
const saysMore = ({ commands, options, registeredArguments }: Command): boolean =>
  commands.length + options.length + registeredArguments.length > 0

const sections = (command: Command, path: string): readonly string[] => [
  `## ${path}\n\n\`\`\`text\n${helpOf(command)}\n\`\`\`\n`,
  ...command.commands.filter(saysMore).flatMap((inner) => sections(inner, `${path} ${inner.name()}`)),
]

/** As it is printed, with the examples that follow it. */
const helpOf = (command: Command): string => {
  let text = ''
  command.configureOutput({ writeOut: (part) => (text += part), getOutHelpWidth: () => width })
  command.outputHelp()
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .trim()
}
