/**
 * The server that the journeys run against: the one that `CUSTOMARY_URL` names, or else the built binary on an
 * empty SQLite file.
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
    clientId: string
    clientSecret: string
    engine: string
  }
}

const clientId = process.env.CUSTOMARY_CLIENT_ID ?? 'test'
const clientSecret = process.env.CUSTOMARY_CLIENT_SECRET ?? 'test-secret'

export default async function setup({ provide }: TestProject) {
  provide('clientId', clientId)
  provide('clientSecret', clientSecret)
  provide('engine', process.env.CUSTOMARY_ENGINE ?? 'sqlite')
  if (process.env.CUSTOMARY_URL) {
    provide('url', process.env.CUSTOMARY_URL)
    return
  }
  const folder = mkdtempSync(join(tmpdir(), 'customary-e2e-'))
  const binary = process.env.CUSTOMARY_BINARY ?? join(import.meta.dirname, '../../target/debug/customary')
  const server = spawn(binary, ['serve', '--listen', '127.0.0.1:0', '--database', `sqlite:${join(folder, 'shop.db')}`], {
    env: { ...process.env, CUSTOMARY_CLIENT_ID: clientId, CUSTOMARY_CLIENT_SECRET: clientSecret, CUSTOMARY_LOG: 'warn' },
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
