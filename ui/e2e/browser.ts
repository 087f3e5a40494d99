/** The browser, and what every journey must leave behind: no error, no call to another host, no barrier. */
import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest'

const SHOTS = join(import.meta.dirname, 'shots')
const AXE = readFileSync(join(import.meta.dirname, '../node_modules/axe-core/axe.min.js'), 'utf8')

/** A Chromium that phones home would fail the test of ours that nothing does. */
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']

/** Each file of journeys has a store of its own, with nothing in it. */
export let store: { name: string; client_id: string; client_secret: string }

let token: { access_token: string; expires: number }

let browser: Browser
const contexts: BrowserContext[] = []
let complaints: string[] = []

beforeAll(async () => {
  const create = ['stores', 'create', `Shop ${randomUUID().slice(0, 8)}`, '--database', inject('database'), '--json']
  store = JSON.parse(execFileSync(inject('binary'), create, { encoding: 'utf8' }))
  const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: store.client_id, client_secret: store.client_secret })
  token = await (await fetch(`${inject('url')}/oauth/access_token`, { method: 'POST', body: form })).json()
  mkdirSync(SHOTS, { recursive: true })
  // The shell comes first: it is the Chromium that Playwright is made for, without a window to look after.
  const path = [process.env.CHROMIUM, '/usr/bin/chromium-headless-shell', '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => path && existsSync(path))
  if (!path) throw new Error('There is no Chromium: run scripts/install-ui.sh --browser, or name one in CHROMIUM')
  browser = await chromium.launch({ executablePath: path, args: FLAGS })
})

afterAll(() => browser?.close())

afterEach(async ({ task }) => {
  const found = complaints
  complaints = []
  if (task.result?.state === 'fail') {
    const pages = contexts.flatMap((context) => context.pages())
    // A page that hangs has no picture.
    await Promise.allSettled(pages.map((page, index) => page.screenshot({ path: join(SHOTS, `${inject('engine')}-failed-${index + 1}.png`), timeout: 5_000 })))
  }
  for (const context of contexts.splice(0)) await context.close()
  expect(found).toEqual([])
})

interface Window {
  width?: number
  dark?: boolean
  place?: string
}

/** A window of its own, with nobody signed in, or with the session that a tab keeps for a reload. */
export async function open({ width = 1280, dark = false, place = '' }: Window = {}, session?: object): Promise<Page> {
  const context = await browser.newContext({
    baseURL: inject('url'),
    viewport: { width, height: width < 500 ? 844 : 860 },
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
    permissions: ['clipboard-read', 'clipboard-write'],
  })
  contexts.push(context)
  context.setDefaultTimeout(30_000)
  if (session) await context.addInitScript((kept) => sessionStorage.setItem('customary.session', kept), JSON.stringify(session))
  const page = await context.newPage()
  page.on('pageerror', (error) => complaints.push(`page error: ${error.stack ?? error.message}`))
  page.on('console', (message) => {
    // The browser notes every refused request; the journeys look at what the person is told.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) complaints.push(`console: ${message.text()}`)
  })
  page.on('request', (request) => {
    const url = new URL(request.url())
    if (url.origin !== inject('url') && url.protocol.startsWith('http')) complaints.push(`call to another host: ${request.url()}`)
  })
  await page.goto(`/manager${place}`)
  return page
}

export async function signIn(page: Page, secret = store.client_secret) {
  await page.getByLabel('Client id').fill(store.client_id)
  await page.getByLabel('Client secret', { exact: true }).fill(secret)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

/** A window in which someone has signed in before. */
export async function enter(options?: Window): Promise<Page> {
  const page = await open(options, { token: token.access_token, expires: token.expires * 1000, clientId: store.client_id })
  await page.getByRole('button', { name: 'Sign out' }).waitFor()
  return page
}

/** The page as someone sees it, for us to look at, checked for what keeps people out (WCAG 2.2 AA). */
export async function look(page: Page, name: string) {
  await page.screenshot({ animations: 'disabled', path: join(SHOTS, `${inject('engine')}-${name}.png`) })
  await page.evaluate(AXE)
  const violations = await page.evaluate(async () => {
    // @ts-expect-error axe is what was just evaluated.
    const { violations } = await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })
    return (violations as { id: string; nodes: { html: string; failureSummary: string }[] }[]).map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html.slice(0, 200)} ${failureSummary}`).join('\n')}`,
    )
  })
  expect(violations, `${name} has barriers`).toEqual([])
}

/** Holds requests of a page back until they are let go. */
export async function hold(page: Page, url: string, method: string) {
  let letGo = () => {}
  const gate = new Promise<void>((resolve) => {
    letGo = resolve
  })
  let count = 0
  await page.route(url, async (route) => {
    if (route.request().method() === method) {
      count += 1
      await gate
    }
    await route.continue()
  })
  return { letGo, count: () => count }
}

/** Moves a row by a place with the keyboard. */
export async function move(page: Page, name: string, key: 'ArrowUp' | 'ArrowDown', place: number) {
  await page.getByRole('button', { name: `Move ${name}` }).focus()
  await page.keyboard.press('Space')
  await page.getByText(new RegExp(`${name} is at place`)).waitFor({ state: 'attached' })
  // The list hears keys from the next turn of the page on.
  await page.evaluate(() => new Promise((next) => setTimeout(next)))
  await page.keyboard.press(key)
  await page.getByText(`${name} is at place ${place} of`).waitFor({ state: 'attached' })
  await page.keyboard.press('Space')
  await page.getByText(`${name} was dropped at place ${place} of`).waitFor({ state: 'attached' })
}

/** A call of the API beside the browser. */
export async function call(method: string, path: string, data?: unknown): Promise<{ status: number; body: any }> {
  const answer = await fetch(inject('url') + path, {
    method,
    headers: { Authorization: `Bearer ${token.access_token}` },
    body: data === undefined ? undefined : JSON.stringify({ data }),
  })
  const text = await answer.text()
  return { status: answer.status, body: text ? JSON.parse(text) : undefined }
}
