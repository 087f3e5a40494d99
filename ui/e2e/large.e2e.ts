import { execFileSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { beforeAll, expect, inject, test } from 'vitest'
import { call, enter, look, store } from './browser'

const ALL = 10_030

beforeAll(() => {
  execFileSync(inject('binary'), ['demo-data', '--customers', String(ALL), '--store', store.name, '--database', inject('database')])
})

test('a list goes on where no offset reaches, and its query gives the same through the API', async () => {
  const page = await enter({ place: '/customers?sort=email&page=401' })
  await page.getByText('10,001 to 10,025 of 10,030').waitFor()
  await page.getByRole('button', { name: 'Next page' }).click()
  await page.getByText('10,026 to 10,030 of 10,030').waitFor()
  await page.getByRole('button', { name: 'API query' }).click()
  await look(page, 'customers-deep')
  const asked = await page.getByRole('region', { name: 'API query' }).getByLabel('API query').innerText()
  const shown = await page.getByRole('row').getByRole('link').evaluateAll((links) => links.map((link) => link.getAttribute('href')?.split('/').pop()))
  expect(shown).toHaveLength(5)
  expect((await call('GET', asked)).body.data.map(({ id }: { id: string }) => id)).toEqual(shown)
  await page.reload()
  await page.getByText('10,026 to 10,030 of 10,030').waitFor()
  await page.getByRole('button', { name: 'Previous page' }).click()
  await page.getByText('10,001 to 10,025 of 10,030').waitFor()
})

test('a list that no offset reaches the end of is exported whole, and can be stopped', async () => {
  const page = await enter({ width: 390, dark: true, place: '/customers?sort=email' })
  await page.getByText('1 to 25 of 10,030').waitFor()
  await page.evaluate(() => Object.assign(window, { showSaveFilePicker: undefined }))
  const dialog = page.getByRole('dialog', { name: 'Export 10,030 records' })
  await page.getByRole('button', { name: 'Export' }).click()
  await dialog.getByLabel('JSON lines').waitFor()
  await look(page, 'narrow-export')
  await dialog.getByRole('button', { name: 'Export' }).click()
  await dialog.getByRole('progressbar').waitFor()
  await look(page, 'narrow-exporting')
  await dialog.getByRole('button', { name: 'Stop' }).click()
  await dialog.getByLabel('JSON lines').check()
  const [download] = await Promise.all([page.waitForEvent('download', { timeout: 90_000 }), dialog.getByRole('button', { name: 'Export' }).click()])
  await page.getByText('10,030 records were exported.').waitFor()
  const emails = (await readFile(await download.path(), 'utf8')).trim().split('\n').map((line) => JSON.parse(line).email)
  expect([emails.length, new Set(emails).size]).toEqual([ALL, ALL])
  expect(emails).toEqual([...emails].sort())
})

test('a field of all that a filter finds is edited', async () => {
  const page = await enter({ place: '/customers?q=customer100&by=email&mode=starts' })
  const found = (await call('GET', '/v2/customers?filter=like(email,customer100*)')).body.meta.results.total
  await page.getByText(`1 to 25 of ${found}`).waitFor()
  await page.getByRole('checkbox', { name: 'Select all on this page' }).check()
  await page.getByRole('button', { name: `Select all ${found} records` }).click()
  await page.getByRole('button', { name: 'Edit a field' }).click()
  const dialog = page.getByRole('dialog', { name: `Edit a field of ${found} records` })
  await dialog.getByRole('combobox', { name: 'Field' }).fill('External')
  await page.getByRole('option', { name: 'External reference' }).click()
  await dialog.getByLabel('External reference').fill('old shop')
  await dialog.getByRole('button', { name: 'Check' }).click()
  await look(page, 'bulk-all')
  await dialog.getByRole('button', { name: `Change ${found} records` }).click()
  await dialog.getByText(`External reference: ${found} records were changed.`).waitFor()
  expect((await call('GET', '/v2/customers?filter=eq(external_ref,old shop)')).body.meta.results.total).toBe(found)
})

test('all that a filter finds is deleted at once, after it was confirmed', async () => {
  const page = await enter({ place: '/customers?q=customer100&by=email&mode=starts' })
  const found = (await call('GET', '/v2/customers?filter=like(email,customer100*)')).body.meta.results.total
  await page.getByText(`1 to 25 of ${found}`).waitFor()
  await page.getByRole('checkbox', { name: 'Select all on this page' }).check()
  await page.getByRole('button', { name: `Select all ${found} records` }).click()
  await page.getByRole('button', { name: `Delete ${found} records` }).click()
  const dialog = page.getByRole('dialog')
  await look(page, 'delete-all')
  await dialog.getByLabel(`Type ${found} to confirm`).fill(String(found))
  await dialog.getByRole('button', { name: `Delete ${found} records` }).click()
  await page.getByText(`${found} records were deleted.`).waitFor()
  await page.getByText('Nothing matches').waitFor()
  expect((await call('GET', '/v2/customers')).body.meta.results.total).toBe(ALL - found)
})
