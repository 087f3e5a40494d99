// Settings of the store. They hold for every test, so each of these takes its changes back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertHas, NO_CONTENT, refusal } from './expect.js';
import { givenCustomer, uniqueDomain } from './given.js';
import { admin } from './sdk.js';

const DEFAULTS = {
  page_length: 25,
  list_child_products: true,
  additional_languages: [],
  calculation_method: 'line',
  address_mandatory_fields: ['first_name', 'last_name', 'line_1', 'county', 'postcode', 'country'],
  shopper_address_limit: 25,
};

test('settings are read, changed and put back', async (t) => {
  const { Settings } = await admin();
  t.after(() => Settings.Delete());
  const { data: before, meta } = await Settings.All();
  assertHas(before, { ...DEFAULTS, type: 'settings', field_limit: 100, filter_limit: 10 });
  assert.match(before.id, /^[0-9a-f-]{36}$/);
  assert.equal(meta.owner, 'store');

  const changes = {
    page_length: 20,
    list_child_products: false,
    additional_languages: ['fr', 'de'],
    calculation_method: 'simple',
    shopper_address_limit: 3,
  };
  const { data: updated } = await Settings.Update(changes);
  assert.deepEqual(updated, { ...before, ...changes });
  assert.deepEqual((await Settings.All()).data, updated);

  assert.equal(await Settings.Delete(), NO_CONTENT);
  assert.deepEqual((await Settings.All()).data, before);
});

test('the page length holds for lists at once', async (t) => {
  const store = await admin();
  t.after(() => store.Settings.Delete());
  const domain = uniqueDomain();
  for (const name of ['a', 'b', 'c']) await givenCustomer(store, { email: `${name}@${domain}` });

  await store.Settings.Update({ page_length: 2 });

  const page = await store.Customers.Filter({ like: { email: `*@${domain}` } }).All();
  assert.equal(page.data.length, 2);
  assert.deepEqual(page.meta.page, { limit: 2, offset: 0, current: 1, total: 2 });
});

test('addresses need what the settings say', async (t) => {
  const store = await admin();
  t.after(() => store.Settings.Delete());
  const { id: customer } = await givenCustomer(store);
  const create = () => store.CustomerAddresses.Create({ customer, body: { city: 'Pawnee' } });

  await store.Settings.Update({ address_mandatory_fields: ['city'], shopper_address_limit: 1 });

  assert.equal((await create()).data.city, 'Pawnee');
  const [error] = await refusal(create());
  assertHas(error, { status: 422, title: 'Unprocessable Entity' });
});

test('settings out of range are refused', async () => {
  const { Settings } = await admin();

  const { data } = await Settings.All();
  for (const change of [{ page_length: 101 }, { calculation_method: 'guess' }, { type: 'cart' }]) {
    assert.ok((await refusal(Settings.Update(change))).length > 0, JSON.stringify(change));
  }
  assert.deepEqual((await Settings.All()).data, data);
});
