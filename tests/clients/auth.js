// Signing in with either grant, and what an implicit token may not do.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FORBIDDEN, refusal } from './expect.js';
import { givenCustomer, givenField, givenFlow, unique } from './given.js';
import { admin, client, clientId, clientSecret, recordingFetch, visitor } from './sdk.js';

for (const [grant, signIn] of [
  ['client_credentials', admin],
  ['implicit', visitor],
]) {
  test(`a token of the grant ${grant} lasts an hour`, async () => {
    const { access_token, expires, ...rest } = (await signIn()).credentials();

    assert.deepEqual(rest, {
      client_id: clientId,
      expires_in: 3600,
      identifier: grant,
      token_type: 'Bearer',
    });
    assert.match(access_token, /^[\w.~-]+$/);
    const seconds = expires - Date.now() / 1000;
    assert.ok(seconds > 3590 && seconds <= 3601, `expires in ${seconds} s`);
  });
}

test('the first call signs in by itself', async () => {
  const custom_fetch = recordingFetch();
  const store = client({ client_secret: clientSecret, custom_fetch });

  const { data } = await store.Settings.All();

  assert.equal(data.type, 'settings');
  assert.deepEqual(custom_fetch.exchanges, [
    'POST /oauth/access_token 200',
    'GET /v2/settings 200',
  ]);
});

test('a wrong secret is refused', async () => {
  const store = client({ client_secret: 'wrong' });

  assert.deepEqual(await refusal(store.Authenticate()), [{ title: 'Unauthorized', status: '401' }]);
});

test('an unknown client is refused', async () => {
  const shop = client({ client_id: unique('nobody') });

  assert.deepEqual(await refusal(shop.Authenticate()), [{ title: 'Unauthorized', status: '401' }]);
});

test('an implicit token changes nothing and sees nobody', async () => {
  const store = await admin();
  const flow = await givenFlow(store);
  const field = await givenField(store, flow, 'colour', 'string');
  const { data: entry } = await store.Flows.CreateEntry(flow.slug, { colour: 'blue' });
  const customer = await givenCustomer(store);
  const address = { customer: customer.id, address: customer.id };
  const { Flows, Fields, Customers, CustomerAddresses, Settings, ApplicationKeys } =
    await visitor();

  const calls = {
    'Flows.Create': () => Flows.Create({ name: 'Mine', slug: unique('mine') }),
    'Flows.Update': () => Flows.Update(flow.id, { name: 'Mine' }),
    'Flows.Delete': () => Flows.Delete(flow.id),
    'Flows.CreateEntry': () => Flows.CreateEntry(flow.slug, { colour: 'red' }),
    'Flows.UpdateEntry': () => Flows.UpdateEntry(flow.slug, entry.id, { colour: 'red' }),
    'Flows.DeleteEntry': () => Flows.DeleteEntry(flow.slug, entry.id),
    'Fields.Create': () => givenField({ Fields }, flow, 'size', 'integer'),
    'Fields.Update': () => Fields.Update(field.id, { name: 'Mine' }),
    'Fields.Delete': () => Fields.Delete(field.id),
    'Customers.All': () => Customers.All(),
    'Customers.Get': () => Customers.Get(customer.id),
    'Customers.Create': () => givenCustomer({ Customers }),
    'Customers.Update': () => Customers.Update(customer.id, { name: 'Mine' }),
    'Customers.Delete': () => Customers.Delete(customer.id),
    'CustomerAddresses.All': () => CustomerAddresses.All(address),
    'CustomerAddresses.Get': () => CustomerAddresses.Get(address),
    'CustomerAddresses.Create': () => CustomerAddresses.Create({ ...address, body: {} }),
    'CustomerAddresses.Update': () => CustomerAddresses.Update({ ...address, body: {} }),
    'CustomerAddresses.Delete': () => CustomerAddresses.Delete(address),
    'Settings.All': () => Settings.All(),
    'Settings.Update': () => Settings.Update({ page_length: 1 }),
    'Settings.Delete': () => Settings.Delete(),
    'ApplicationKeys.All': () => ApplicationKeys.All(),
    'ApplicationKeys.Get': () => ApplicationKeys.Get(customer.id),
    'ApplicationKeys.Create': () =>
      ApplicationKeys.Create({ type: 'application_key', name: 'Mine' }),
    'ApplicationKeys.Update': () =>
      ApplicationKeys.Update(customer.id, { type: 'application_key' }),
    'ApplicationKeys.Delete': () => ApplicationKeys.Delete(customer.id),
  };
  for (const [name, call] of Object.entries(calls)) {
    assert.deepEqual(await refusal(call()), FORBIDDEN, name);
  }
  assert.equal((await store.Flows.GetEntry(flow.slug, entry.id)).data.colour, 'blue');
});

test('attributes are the same for everyone', async () => {
  const store = await admin();
  const shop = await visitor();

  for (const resource of ['Flows', 'Fields', 'Customers', 'CustomerAddresses']) {
    assert.deepEqual(await shop[resource].Attributes(), await store[resource].Attributes());
  }
});
