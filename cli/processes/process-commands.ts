/** The processes as commands: for their help. Without options they are started before commands are looked at. */

import { Command } from 'commander'

import { processes, start } from './processes.ts'

export const processCommands = (): readonly Command[] =>
  Object.entries(processes).map(([name, startable]) => {
    const command = new Command(name).description(startable.says)
    if (startable.takesArguments) command.argument('[arguments...]').allowUnknownOption()
    return command.action(() => start(startable))
  })
