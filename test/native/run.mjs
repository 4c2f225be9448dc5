/**
 * Runs the native drain under AddressSanitizer: builds it a second time, with the sanitiser, into a folder of its own,
 * and puts processes with the sanitiser's allocator through test/native/scenario.ts. Any report fails.
 *
 * librdkafka and node-rdkafka are not instrumented, but their memory comes from the same allocator: what is freed is
 * overwritten, so that they stumble over memory that was taken from under them. Leaks are counted only where the
 * memory was asked for by the drain: Node itself frees little as it ends.
 */

import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const folder = join(root, 'node_modules', '.cache', 'troupe-asan')
const addon = join(folder, 'build', 'Release', 'troupe_drain.node')
const scenario = join(root, 'test', 'native', 'scenario.ts')

/** Each ends by itself; `exit` ends in the midst of a drain, so that nothing is told of its leaks. */
const parts = [
  { name: 'drains', leaks: true },
  { name: 'rebalances', leaks: true },
  { name: 'disconnects', leaks: true },
  { name: 'openings', leaks: true },
  { name: 'exit', leaks: false },
]

const skip = (reason) => {
  const failing = process.env.CI === 'true'
  console.log(`${failing ? 'not run' : '1 skipped'}: the native drain under AddressSanitizer: ${reason}`)
  process.exit(failing ? 1 : 0)
}

const sanitiser = () => {
  try {
    const path = execFileSync('gcc', ['-print-file-name=libasan.so'], { encoding: 'utf8' }).trim()
    if (existsSync(path)) return path
    return skip('gcc has no libasan (Debian: apt install libgcc-12-dev)')
  } catch {
    return skip('there is no gcc (Debian: apt install g++)')
  }
}

/**
 * The sources and packages of the project seen from another folder, so that build/ there is another one. It is built
 * by an npm script, because npm brings node-gyp along for those.
 */
const build = () => {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const shared of ['runtime', 'node_modules']) symlinkSync(join(root, shared), join(folder, shared))
  copyFileSync(join(root, 'binding.gyp'), join(folder, 'binding.gyp'))
  const manifest = { private: true, scripts: { build: 'node-gyp rebuild -- -Dasan=1' } }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
  const gyp = spawnSync('npm', ['run', 'build'], { cwd: folder, encoding: 'utf8' })
  if (gyp.status === 0 && existsSync(addon)) return
  console.error(`${gyp.stdout}\n${gyp.stderr}`)
  console.error('The native drain could not be built with AddressSanitizer.')
  process.exit(1)
}

const reportStart = /^(?=(?:Direct|Indirect) leak of|==\d+==ERROR: AddressSanitizer)/m

/** Misuse of memory always; a leak where the drain asked for the memory (an indirect one hangs from a direct one). */
const isOurs = (report) => {
  if (/^==\d+==ERROR: AddressSanitizer/.test(report)) return true
  const leak = /^Direct leak of (\d+) byte/.exec(report)
  const [stack] = report.split('\n\n')
  if (!leak || !stack.includes('troupe_drain.node')) return false
  // What a JavaScript object stands for is freed when the object is collected, and the last ones never are: a process
  // ends without collecting. That they are in general shows in how few there are after hundreds of openings.
  const collectable =
    /troupe::(?:PartitionSource|ConsumerQueue)::construct/.test(stack) && !stack.includes('troupe::Wake')
  return !(collectable && Number(leak[1]) < 64 * 1024)
}

const run = ({ name, leaks }, preload) => {
  const begun = performance.now()
  const options = [
    'halt_on_error=1',
    'exitcode=99',
    'free_fill_byte=221',
    'max_free_fill_size=65536',
    'quarantine_size_mb=64',
    'fast_unwind_on_malloc=0',
    `detect_leaks=${leaks ? 1 : 0}`,
  ]
  const child = spawnSync(process.execPath, ['--expose-gc', scenario, name, addon], {
    cwd: root,
    encoding: 'utf8',
    timeout: 120_000,
    killSignal: 'SIGKILL',
    maxBuffer: 2 ** 28,
    env: {
      ...process.env,
      LD_PRELOAD: preload,
      ASAN_OPTIONS: options.join(':'),
      LSAN_OPTIONS: 'exitcode=0:max_leaks=0',
    },
  })
  const ours = child.stderr.split(reportStart).filter((report) => isOurs(report))
  const seconds = ((performance.now() - begun) / 1_000).toFixed(1)
  const passed = child.status === 0 && ours.length === 0
  console.log(`${passed ? 'ok' : 'not ok'} ${name} (${seconds} s) ${child.stdout.trim()}`)
  if (passed) return true
  console.error(child.error ?? '')
  console.error(`exit code ${child.status}, signal ${child.signal}`)
  console.error((ours.length > 0 ? ours.join('\n') : child.stderr).slice(0, 20_000))
  return false
}

const preload = sanitiser()
build()
const results = parts.map((part) => run(part, preload))
process.exit(results.every(Boolean) ? 0 : 1)
