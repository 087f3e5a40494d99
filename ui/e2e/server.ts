/**
 * The server that the journeys run against: the built binary on the database that `E2E_DATABASE` names, or else on
 * an empty SQLite file. With `E2E_URL` it runs already.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    url: string
    binary: string
    database: string
    engine: string
  }
}

export default async function setup({ provide }: TestProject) {
  const binary = process.env.E2E_BINARY ?? join(import.meta.dirname, '../../target/debug/customary')
  const folder = mkdtempSync(join(tmpdir(), 'customary-e2e-'))
  const database = process.env.E2E_DATABASE ?? `sqlite:${join(folder, 'shop.db')}`
  provide('binary', binary)
  provide('database', database)
  provide('engine', database.slice(0, database.indexOf(':')))
  if (process.env.E2E_URL) {
    provide('url', process.env.E2E_URL)
    return
  }
  const server = spawn(binary, ['serve', '--listen', '127.0.0.1:0', '--database', database], {
    env: { ...process.env, CUSTOMARY_LOG: 'warn' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  for await (const line of createInterface(server.stdout)) {
    const address = / listens on (\S+)/.exec(line)?.[1]
    if (address) {
      provide('url', address)
      break
    }
  }
  server.stdout.resume()
  return () => {
    server.kill()
    rmSync(folder, { recursive: true, force: true })
  }
}
