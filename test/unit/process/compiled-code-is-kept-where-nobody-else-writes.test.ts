// What Node has compiled is kept in a folder that is this user's alone; where there is none, or somebody else has decided,
// nothing is kept.

import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { useCompileCache } from '../../../runtime/process/index.ts'

const name = `troupe-compiled-${String(process.getuid?.())}`

t.test('where compiled code is kept', { skip: process.getuid === undefined }, (t) => {
  const parent = mkdtempSync(join(tmpdir(), 'troupe-test-'))
  t.teardown(() => {
    rmSync(parent, { recursive: true, force: true })
  })
  const keptIn = (env: NodeJS.ProcessEnv, within: string): string | undefined => {
    useCompileCache(env, within)
    return env['NODE_COMPILE_CACHE']
  }
  const folder = (of: string): string => {
    const made = join(parent, of)
    mkdirSync(made)
    return made
  }

  const own = folder('own')
  t.equal(keptIn({}, own), join(own, name))
  t.equal(statSync(join(own, name)).mode & 0o777, 0o700)
  t.equal(keptIn({}, own), join(own, name), 'the next one finds it')

  const open = folder('open')
  mkdirSync(join(open, name))
  chmodSync(join(open, name), 0o777)
  t.equal(keptIn({}, open), undefined, 'others may write there')

  const linked = folder('linked')
  symlinkSync(own, join(linked, name))
  t.equal(keptIn({}, linked), undefined, 'it is a link')
  t.equal(keptIn({}, join(parent, 'own', name, 'missing', '\0')), undefined, 'it cannot be made')
  t.equal(keptIn({ NODE_COMPILE_CACHE: '/elsewhere' }, own), '/elsewhere')
  t.equal(keptIn({ NODE_V8_COVERAGE: '/coverage' }, own), undefined)
  t.end()
})
