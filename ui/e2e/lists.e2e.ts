import { beforeAll, expect, test } from 'vitest'
import { call, enter, look } from './browser'

const NAMES = ['Leslie Knope', 'April Ludgate', 'Andy Dwyer', 'Ann Perkins', 'Ben Wyatt', 'Donna Meagle', 'Tom Haverford', 'Chris Traeger']

beforeAll(async () => {
  const flow = await call('POST', '/v2/flows', { type: 'flow', name: 'Customers', slug: 'customers' })
  const field = (slug: string, field_type: string, more: object = {}) =>
    call('POST', '/v2/fields', { type: 'field', name: slug.replace('_', ' '), slug, field_type, ...more, relationships: { flow: { data: { type: 'flow', id: flow.body.data.id } } } })
  await field('tier', 'string', { name: 'Tier', order: 1, validation_rules: [{ type: 'enum', options: ['Bronze', 'Silver', 'Gold'] }] })
  await field('points', 'integer', { name: 'Points', order: 2, validation_rules: [{ type: 'between', options: { from: 0, to: 1000 } }] })
  await field('member_since', 'date', { name: 'Member since', order: 3 })
  await field('notes', 'string', { name: 'Notes', order: 4 })
  await field('barcode', 'integer', { name: 'Barcode', order: 5 })
  await field('card', 'string', { name: 'Card', order: 6, unique: true })
  await field('origin', 'string', { name: 'Origin', order: 7, immutable: true })
  for (const [index, name] of NAMES.entries()) {
    const email = `${name.toLowerCase().replace(' ', '@')}.example`
    await call('POST', '/v2/customers', { type: 'customer', name, email, tier: ['Gold', 'Silver', 'Bronze'][index % 3], points: index * 50, origin: index < 2 ? 'web' : null })
  }
})

test('columns stay in sight when the list scrolls sideways, and leave room on a phone', async () => {
  const page = await enter({ width: 800, place: '/customers' })
  await page.getByRole('link', { name: 'Leslie Knope' }).waitFor()
  await page.getByRole('button', { name: 'Columns' }).click()
  for (const name of ['Notes', 'Barcode', 'Card']) await page.getByRole('checkbox', { name }).check()
  await page.getByLabel('Frozen columns').selectOption('Up to Name')
  await look(page, 'columns-frozen')
  await page.keyboard.press('Escape')
  await page.getByRole('checkbox', { name: 'Select Andy Dwyer' }).check()
  const left = async (name: string) => (await page.getByRole('columnheader', { name }).boundingBox())?.x ?? 0
  const [name, points] = [await left('Name'), await left('Points')]
  await page.getByRole('columnheader', { name: 'Card' }).scrollIntoViewIfNeeded()
  expect(await left('Name')).toBeCloseTo(name)
  expect(await left('Points')).toBeLessThan(points)
  await page.getByRole('row', { name: 'Ann Perkins' }).hover()
  await look(page, 'frozen')
  await page.reload()
  await page.getByRole('link', { name: 'Leslie Knope' }).waitFor()
  await page.getByRole('columnheader', { name: 'Card' }).scrollIntoViewIfNeeded()
  expect(await left('Name')).toBeCloseTo(name)
  await page.getByRole('button', { name: 'Dark mode' }).click()
  await look(page, 'dark-frozen')
  await page.setViewportSize({ width: 390, height: 844 })
  await page.getByRole('columnheader', { name: 'Card' }).scrollIntoViewIfNeeded()
  const box = await page.getByRole('columnheader', { name: 'Name' }).boundingBox()
  expect(box?.x).toBeGreaterThan(0)
  expect(box?.width).toBeLessThan(195)
  await look(page, 'narrow-frozen')
  await page.getByRole('button', { name: 'Columns' }).click()
  await page.getByLabel('Frozen columns').selectOption('None')
  await page.keyboard.press('Escape')
  await page.getByRole('columnheader', { name: 'Card' }).scrollIntoViewIfNeeded()
  await expect.poll(async () => ((await page.getByRole('columnheader', { name: 'Name' }).boundingBox())?.x ?? 0) < 0).toBe(true)
})
