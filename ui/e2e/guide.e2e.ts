import { expect, test } from 'vitest'
import { call, enter, look } from './browser'

/** The guide "Give customers a field" of the README, with nothing typed into a terminal. */
test('customers are given a field, and one carries it, all by clicks', async () => {
  const page = await enter()
  await page.getByRole('heading', { name: 'Three steps' }).waitFor()
  await look(page, 'home-empty')
  await page.getByRole('button', { name: 'Create flow' }).click()
  const dialog = page.getByRole('dialog')
  expect(await dialog.getByRole('combobox', { name: 'Resource' }).inputValue()).toBe('customers')
  await dialog.getByLabel('Description').fill('Extends the default customer object')
  await dialog.getByRole('button', { name: 'Create flow' }).click()

  await page.getByRole('link', { name: 'Add field' }).first().click()
  await page.getByRole('button', { name: /^Text/ }).click()
  await page.getByLabel('Name').fill('Delivery Details')
  await page.getByLabel('Description').fill('Any specific details about delivery')
  await page.getByRole('button', { name: 'Create field' }).click()
  await page.getByRole('link', { name: 'Delivery Details' }).waitFor()

  await page.getByRole('link', { name: 'Home' }).click()
  await page.getByRole('link', { name: 'New customer' }).click()
  await page.getByLabel('Name').fill('Ron Swanson')
  await page.getByLabel('E-mail').fill('ron.swanson@gmail.com')
  await page.getByLabel('Delivery Details').fill('Do NOT leave in a government building')
  await page.keyboard.press('Control+s')
  await page.getByRole('heading', { name: 'Ron Swanson' }).waitFor()
  await page.getByLabel('Delivery Details').fill('Leave in Leslie Knope’s office')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved.').waitFor()
  const { data } = (await call('GET', '/v2/customers')).body
  expect(data).toHaveLength(1)
  expect(data[0]).toMatchObject({ name: 'Ron Swanson', delivery_details: 'Leave in Leslie Knope’s office' })

  await page.getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await page.getByText('Ron Swanson was deleted.').waitFor()
  expect((await call('GET', '/v2/customers')).body.data).toHaveLength(0)
})

/** The guide "Make a wishlist". */
test('a resource of the shop’s own gets entries, and a customer refers to one', async () => {
  const page = await enter({ place: '/flows' })
  await page.getByRole('button', { name: 'Create flow' }).first().click()
  await page.getByRole('dialog').getByLabel('Name').fill('Wishlist')
  await page.getByRole('dialog').getByRole('button', { name: 'Create flow' }).click()
  for (const [type, name, to] of [['Text', 'Title', ''], ['Relationship', 'Products', 'product'], ['Relationship', 'Owner', 'customers']] as const) {
    await page.getByRole('link', { name: 'Add field' }).first().click()
    await page.getByRole('button', { name: new RegExp(`^${type}`) }).click()
    await page.getByLabel('Name').fill(name)
    if (to) {
      await page.getByRole('tab', { name: 'Rules' }).click()
      await page.getByRole('combobox', { name: 'What it refers to' }).fill(to)
    }
    await page.getByRole('button', { name: 'Create field' }).click()
    await page.getByRole('link', { name, exact: true }).waitFor()
  }
  await call('POST', '/v2/customers', { type: 'customer', name: 'April Ludgate', email: 'april@ludgate.com' })
  await page.getByRole('navigation', { name: 'Main navigation' }).getByRole('link', { name: 'Wishlist' }).click()
  await page.getByText('nothing here yet').waitFor()
  await look(page, 'entries-empty')
  await page.getByRole('link', { name: 'New entry in Wishlist' }).first().click()
  await page.getByLabel('Title').fill('Birthday')
  await page.getByRole('combobox', { name: 'Products' }).fill('ba9ba29d-8d4e-4a51-9a2e-0b3f4a1f8b0c')
  await page.keyboard.press('Enter')
  await page.getByRole('combobox', { name: 'Owner' }).fill('april')
  await page.getByRole('option', { name: 'April Ludgate' }).click()
  await page.keyboard.press('Escape')
  await look(page, 'entry-new')
  // Who presses it twice has one entry all the same.
  await page.keyboard.press('Control+s')
  await page.keyboard.press('Control+s')
  await page.getByRole('heading', { name: 'Birthday' }).waitFor()
  const [entry, ...others] = (await call('GET', '/v2/flows/wishlist/entries')).body.data
  expect([entry.title, others]).toEqual(['Birthday', []])
  expect(entry.relationships.products.data).toEqual([{ type: 'product', id: 'ba9ba29d-8d4e-4a51-9a2e-0b3f4a1f8b0c' }])
  expect(entry.relationships.owner.data).toHaveLength(1)
  await page.getByRole('tab', { name: 'API' }).click()
  await look(page, 'entry-api')

  await page.goto(`/manager/customers/${entry.relationships.owner.data[0].id}`)
  await page.getByRole('tab', { name: 'Wishlist 1' }).click()
  await page.getByRole('link', { name: 'Birthday' }).waitFor()
  await look(page, 'customer-related')
  await page.getByRole('link', { name: 'New entry in Wishlist' }).click()
  await page.getByLabel('Title').fill('Wedding')
  await page.getByText('April Ludgate').waitFor()
  await page.getByRole('button', { name: 'Create' }).click()
  await page.getByRole('heading', { name: 'Wedding' }).waitFor()
  expect((await call('GET', '/v2/flows/wishlist/entries?filter=eq(title,Wedding)')).body.data[0].relationships.owner.data).toEqual(entry.relationships.owner.data)
})
