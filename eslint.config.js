import { defineConfig } from 'eslint/config'
import tseslint from 'typescript-eslint'

/** Folders without I/O, clock and randomness: rules live there, and take time and chance as arguments. */
const pure = ['actor', 'routing', 'batch', 'partition', 'supervision', 'control', 'delivery'].map(
  (folder) => `runtime/${folder}/**/*.ts`,
)

const impure = (name, instead) => ({ name, message: `pure module: ${instead}` })

export default defineConfig(
  {
    ignores: [
      'node_modules',
      '.node',
      '.services',
      '.tap',
      'build',
      'dist',
      'schemas/types',
      'control-plane/*/generated',
    ],
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/prefer-nullish-coalescing': ['error', { ignorePrimitives: { string: true } }],
      // It asks for the `!` that no-non-null-assertion refuses.
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      'max-lines': ['error', { max: 350, skipBlankLines: true, skipComments: true }],
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  {
    files: pure,
    rules: {
      'no-restricted-globals': [
        'error',
        impure('process', 'configuration is an argument'),
        impure('setTimeout', 'time is an argument'),
        impure('setInterval', 'time is an argument'),
        impure('setImmediate', 'time is an argument'),
        impure('performance', 'time is an argument'),
        impure('crypto', 'randomness is an argument'),
        impure('fetch', 'no I/O'),
        impure('console', 'no I/O'),
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'pure module: time is an argument' },
        { object: 'Math', property: 'random', message: 'pure module: randomness is an argument' },
      ],
    },
  },
  {
    files: pure,
    ignores: ['runtime/batch/**'],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: "Identifier[name='Buffer']", message: 'pure module: Uint8Array' },
      ],
    },
  },
  {
    files: ['test/**/*.ts', 'actors/*/test/**/*.ts'],
    rules: {
      // tap awaits subtests itself.
      '@typescript-eslint/no-floating-promises': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/unbound-method': 'off',
      'max-lines': 'off',
    },
  },
  {
    files: [
      'cli/**/*.ts',
      'demo/**/*.ts',
      'deploy/image/assemble.ts',
      'tools/**/*.ts',
      'bench/**/*.ts',
      'test/harness/services/*.ts',
      '**/*-main.ts',
      '**/main.ts',
    ],
    rules: { 'no-console': 'off' },
  },
)
