import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import react from '@vitejs/plugin-react'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'

/** Puts `.br` and `.gz` beside every asset that gets smaller by it, so that the server compresses nothing. */
function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    closeBundle() {
      const folder = join(import.meta.dirname, 'dist/assets')
      for (const name of readdirSync(folder)) {
        const data = readFileSync(join(folder, name))
        const brotli = brotliCompressSync(data, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } })
        const gzip = gzipSync(data, { level: 9 })
        if (brotli.length < data.length) writeFileSync(join(folder, `${name}.br`), brotli)
        if (gzip.length < data.length) writeFileSync(join(folder, `${name}.gz`), gzip)
      }
    },
  }
}

const server = process.env.CUSTOMARY_URL ?? 'http://localhost:8080'

export default defineConfig({
  base: '/manager/',
  plugins: [react(), compressed()],
  // The server puts the nonce of each answer here.
  html: { cspNonce: '__NONCE__' },
  build: { target: 'es2023', assetsInlineLimit: 0, chunkSizeWarningLimit: 600 },
  server: { proxy: { '/v2': server, '/oauth': server } },
  test: { include: ['src/**/*.test.ts'] },
})
