import { expect, test } from 'vitest'
import { look, open, signIn, store } from './browser'

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
