/** Builds the console into dist/console: files of this origin alone, nothing from a CDN. */

import { join } from 'node:path'

import { defineConfig } from 'vite'

const root = join(import.meta.dirname, 'ui')

export default defineConfig({
  root,
  base: '/console/',
  logLevel: 'warn',
  build: {
    outDir: join(import.meta.dirname, '../../dist/console'),
    emptyOutDir: true,
    // A strict policy lets nothing inline run.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
})
