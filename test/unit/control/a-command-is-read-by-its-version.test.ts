// Commands are rows that processes of several versions read: the oldest form is still read, an unknown one is named, and what became of a command follows from its answers.

import t from 'tap'
import {
  commandState,
  contains,
  isModuleName,
  isPaused,
  readCommand,
  writtenCommand,
  type AnswerState,
  type Command,
} from '../../../runtime/control/index.ts'

t.test('version 1, as it was first written', async (t) => {
  t.strictSame(readCommand({ version: 1, kind: 'pause', body: { units: { group: 'g' } } }), {
    kind: 'command',
    command: { kind: 'pause', units: { group: 'g' } },
  })
  const reset = {
    units: { group: 'g', actor: 'a' },
    to: { kind: 'time', atMs: 7 },
    dedupe: 'keep',
    by: 'Ada',
  }
  t.strictSame(readCommand({ version: 1, kind: 'reset-offsets', body: reset }), {
    kind: 'command',
    command: { kind: 'reset-offsets', ...reset },
  })
})

t.test('what is written is read', async (t) => {
  const commands: readonly Command[] = [
    { kind: 'resume', units: { group: 'g', actor: 'a', topic: 't', partition: 3 } },
    { kind: 'check-actor', module: 'late', options: { concurrency: 3 } },
    { kind: 'registrations', module: 'late' },
    { kind: 'audit-group', units: { group: 'g' } },
    { kind: 'drain-node', node: 'n' },
    { kind: 'resume-node', node: 'n' },
    { kind: 'restart-node', node: 'n' },
  ]
  for (const command of commands)
    t.strictSame(readCommand(writtenCommand(command)), { kind: 'command', command })
})

t.test('what cannot be read says why', async (t) => {
  const table: readonly (readonly [written: Parameters<typeof readCommand>[0], reason: RegExp])[] = [
    [{ version: 2, kind: 'pause', body: {} }, /of version 2; this process reads 1/],
    [{ version: 1, kind: 'dance', body: {} }, /knows no command 'dance'/],
    [{ version: 1, kind: 'toString', body: {} }, /knows no command/],
    [{ version: 1, kind: 'pause', body: null }, /knows no command/],
    [{ version: 1, kind: 'pause', body: 'x' }, /knows no command/],
  ]
  for (const [written, reason] of table) t.match(readCommand(written), { kind: 'unreadable', reason })
})

t.test('what becomes of a command', async (t) => {
  const table: readonly (readonly [
    addressees: string[],
    answers: Record<string, AnswerState>,
    expired: boolean,
    state: string,
  ])[] = [
    [[], {}, false, 'done'],
    [['a'], {}, false, 'waiting'],
    [['a'], {}, true, 'expired'],
    [['a', 'b'], { a: 'done' }, false, 'waiting'],
    [['a', 'b'], { a: 'done' }, true, 'partly'],
    [['a', 'b'], { a: 'done', b: 'done' }, true, 'done'],
    [['a', 'b'], { a: 'done', b: 'refused' }, false, 'partly'],
    [['a', 'b'], { a: 'failed', b: 'refused' }, false, 'refused'],
    [['a'], { a: 'expired' }, true, 'expired'],
  ]
  for (const [addressees, answers, expired, state] of table) {
    const given = Object.entries(answers).map(([processId, answer]) => ({ processId, state: answer }))
    t.equal(commandState(addressees, given, expired), state, JSON.stringify([addressees, answers, expired]))
  }
})

t.test('which units a pause is of', async (t) => {
  const unit = { group: 'g', actor: 'a', topic: 't', partition: 3 }
  t.ok(isPaused([{ group: 'g' }], unit))
  t.ok(isPaused([{ group: 'x' }, { group: 'g', actor: 'a', topic: 't', partition: 3 }], unit))
  t.notOk(isPaused([], unit))
  for (const other of [{ group: 'x' }, { group: 'g', actor: 'b' }, { group: 'g', topic: 'u' }])
    t.notOk(isPaused([other], unit))
  t.notOk(isPaused([{ group: 'g', topic: 't', partition: 0 }], unit))
  t.ok(contains({ group: 'g' }, unit))
  t.notOk(contains(unit, { group: 'g' }))
})

t.test('a module is named, never reached by a path', async (t) => {
  for (const name of ['late', 'package-tracking', 'A_1']) t.ok(isModuleName(name), name)
  const paths = [
    '',
    '.',
    '..',
    '../late',
    'a/b',
    'a\\b',
    '/late',
    'late.ts',
    '%2e%2e',
    'a b',
    'a\0',
    '-late',
    'ü',
  ]
  for (const name of [...paths, 'x'.repeat(101)]) t.notOk(isModuleName(name), JSON.stringify(name))
})
