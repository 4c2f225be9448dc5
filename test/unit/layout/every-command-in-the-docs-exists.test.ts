// Whatever command of troupe the documentation names exists, with the options that it is named with.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import t from 'tap'
import { troupeProgram } from '../../../cli/program.ts'

const root = join(import.meta.dirname, '../../..')
const pages = [
  'README.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md') && name !== 'cli.md')
    .map((name) => `docs/${name}`),
]

/** Spans of code, and lines of blocks of code, that begin with the command. */
const commandsIn = (text: string): readonly string[] => {
  const begins = /^(?:\$ )?(?:npm run (?:--silent )?troupe -- |npx troupe |troupe )(.+)$/
  const blocks = [...text.matchAll(/^```\w*\n([^]*?)^```/gm)].flatMap(([, block = '']) => block.split('\n'))
  const spans = [...text.replaceAll(/^```[^]*?^```/gm, '').matchAll(/`([^`\n]+)`/g)].map(
    ([, span = '']) => span,
  )
  return [...blocks, ...spans].flatMap((code) => begins.exec(code.trim())?.[1] ?? [])
}

/** Why there is no such command; undefined: there is. */
const objectionTo = (line: string): string | undefined => {
  const words = line.replaceAll(/"[^"]*"/g, 'TEXT').split(/\s+/)
  let command: Command = troupeProgram()
  while (command.commands.length > 0) {
    const name = words.shift()
    if (name === undefined || name === '…') return undefined
    const inner = command.commands.find((each) => each.name() === name)
    if (inner === undefined)
      return name.startsWith('--') ? undefined : `${command.name()} has no command ${name}`
    command = inner
  }
  const options = words.filter((word) => word.startsWith('--') && word.length > 2)
  const unknown = options.find((option) => !command.options.some(({ long }) => long === option))
  return unknown === undefined || command.name() === 'issue-api-key'
    ? undefined
    : `${command.name()} has no option ${unknown}`
}

t.test('one that does not exist is found', async (t) => {
  const found = commandsIn(
    'Say `troupe dance`, or `npm run troupe -- lag --loud`:\n```\ntroupe dlq sing 3\n```\n',
  )
  t.same(found, ['dlq sing 3', 'dance', 'lag --loud'])
  t.same(found.map(objectionTo), [
    'dlq has no command sing',
    'troupe has no command dance',
    'lag has no option --loud',
  ])
})

for (const page of pages) {
  t.test(page, async (t) => {
    const named = commandsIn(readFileSync(join(root, page), 'utf8'))
    for (const line of named) t.equal(objectionTo(line), undefined, `troupe ${line}`)
    if (page === 'docs/operations.md') t.ok(named.length > 30, `${String(named.length)} commands are named`)
  })
}
