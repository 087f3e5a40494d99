import { execFileSync } from 'node:child_process'
import { expect, inject, test } from 'vitest'
import { call, enter, look, open, signIn, store } from './browser'

test('a wrong secret is answered clearly, and the right one opens the store', async () => {
  const page = await open()
  await look(page, 'sign-in')
  await signIn(page, 'not-the-secret')
  await page.getByRole('alert').getByText('do not belong together').waitFor()
  await look(page, 'sign-in-wrong')
  await signIn(page)
  await page.getByRole('banner').getByText(store.name).waitFor()
  expect(await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))).not.toContain(store.client_secret)
})

test('a reload keeps the session, signing out ends it, and a deep link waits behind the door', async () => {
  const page = await open({ place: '/settings' })
  await signIn(page)
  await page.getByRole('heading', { name: 'Settings' }).waitFor()
  await page.reload()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByLabel('Client id').waitFor()
  expect(new URL(page.url()).pathname).toBe('/manager/settings')
  expect(await page.evaluate(() => sessionStorage.getItem('customary.session'))).toBeNull()
})

test('who signs in again goes on with what was typed, and with a key of another store begins anew', async () => {
  const { body } = await call('POST', '/v2/customers', { type: 'customer', name: 'Ron Swanson', email: 'ron@swanson.com' })
  const { id } = body.data
  const page = await enter({ place: `/customers/${id}` })
  const expire = () => page.route(`**/v2/customers/${id}`, (route) => route.fulfill({ status: 401, json: { errors: [] } }), { times: 1 })
  const again = page.getByRole('dialog', { name: 'Sign in again' })
  await page.getByLabel('External reference').fill('typed before')
  await expire()
  await page.getByRole('button', { name: 'Save' }).click()
  await again.waitFor()
  await signIn(page)
  await again.waitFor({ state: 'hidden' })
  expect(await page.getByLabel('External reference').inputValue()).toBe('typed before')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved.').waitFor()

  const create = ['stores', 'create', `Other ${id.slice(-8)}`, '--database', inject('database'), '--json']
  const other = JSON.parse(execFileSync(inject('binary'), create, { encoding: 'utf8' }))
  await page.getByLabel('External reference').fill('of this store')
  await expire()
  await page.getByRole('button', { name: 'Save' }).click()
  await again.waitFor()
  await page.getByLabel('Client id').fill(other.client_id)
  await page.getByLabel('Client secret', { exact: true }).fill(other.client_secret)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('banner').getByText(other.name).waitFor()
  await page.getByRole('heading', { name: 'Three steps' }).waitFor()
  expect((await call('GET', `/v2/customers/${id}`)).body.data.external_ref).toBe('typed before')
})

test('the first page needs less than 500 kB and comes from this server alone', async () => {
  const page = await open()
  await page.getByLabel('Client id').waitFor()
  const transferred = await page.evaluate(() =>
    performance.getEntriesByType('resource').reduce((sum, entry) => sum + (entry as PerformanceResourceTiming).transferSize, 0),
  )
  expect(transferred).toBeGreaterThan(0)
  expect(transferred).toBeLessThan(500_000)
  const again = await page.request.get('/manager/customers/some-id')
  expect(again.headers()['cache-control']).toBe('no-store')
  expect(again.headers()['content-security-policy']).toContain("default-src 'none'")
})
