// Customers who sign in, and what their tokens open.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertHas, FORBIDDEN, NO_CONTENT, refusal } from './expect.js';
import { givenCoreFlow, givenCustomer, givenField } from './given.js';
import { admin, visitor } from './sdk.js';

const PASSWORD = 'mysecretpassword';

async function givenSignedIn(shop, store) {
  const customer = await givenCustomer(store, { password: PASSWORD });
  const { data } = await shop.Customers.TokenViaPassword(customer.email, PASSWORD);
  return { customer, token: data.token };
}

for (const method of ['Token', 'TokenViaPassword']) {
  test(`${method} answers with a token of the customer that lasts a day`, async () => {
    const { id, email } = await givenCustomer(await admin(), { password: PASSWORD });

    const { data } = await (await visitor()).Customers[method](email, PASSWORD);

    assertHas(data, { type: 'token', customer_id: id });
    const [header, claims] = data.token
      .split('.', 2)
      .map((part) => JSON.parse(Buffer.from(part, 'base64url')));
    assertHas(header, { alg: 'HS256', typ: 'JWT' });
    assertHas(claims, { sub: id, name: 'Ron Swanson', exp: data.expires, jti: data.id });
    const hours = (data.expires - Date.now() / 1000) / 3600;
    assert.ok(hours > 23.9 && hours < 24.1, `expires in ${hours} h`);
  });
}

test('a token opens the own record to a visitor, and no other', async (t) => {
  const store = await admin();
  const flow = await givenCoreFlow(t, store, 'customers');
  await givenField(store, flow, 'shoe_size', 'integer');
  const shop = await visitor();
  const { customer, token } = await givenSignedIn(shop, store);
  const other = await givenCustomer(store);

  assertHas((await shop.Customers.Get(customer.id, token)).data, { ...customer, password: true });
  const { data } = await shop.Customers.Update(
    customer.id,
    { name: 'Duke Silver', shoe_size: 43 },
    token,
  );
  assertHas(data, { id: customer.id, name: 'Duke Silver', email: customer.email, shoe_size: 43 });

  assert.deepEqual(await refusal(shop.Customers.Get(other.id, token)), FORBIDDEN);
  assert.deepEqual(
    await refusal(shop.Customers.Update(other.id, { name: 'Mine' }, token)),
    FORBIDDEN,
  );
  assert.deepEqual(await refusal(shop.Customers.All(token)), FORBIDDEN);
  assert.deepEqual(await refusal(shop.Customers.Get(customer.id, 'garbage')), FORBIDDEN);
});

test('a customer may leave', async () => {
  const store = await admin();
  const { customer, token } = await givenSignedIn(await visitor(), store);
  // `Customers.Delete` takes no token, so it goes with every call of this instance.
  const shop = await visitor({ headers: { 'X-Moltin-Customer-Token': token } });

  assert.equal(await shop.Customers.Delete(customer.id), NO_CONTENT);

  assert.equal((await refusal(store.Customers.Get(customer.id)))[0].status, 404);
  assert.deepEqual(await refusal(shop.Customers.Get(customer.id)), FORBIDDEN);
});

test('a token takes nothing from who may do everything', async () => {
  const store = await admin();
  const { token } = await givenSignedIn(store, store);
  const other = await givenCustomer(store);

  assert.deepEqual((await store.Customers.Get(other.id, token)).data, other);
});

test('a new password ends the tokens of the old one', async () => {
  const store = await admin();
  const shop = await visitor();
  const { customer, token } = await givenSignedIn(shop, store);

  await shop.Customers.Update(customer.id, { password: 'another' }, token);

  assert.deepEqual(await refusal(shop.Customers.Get(customer.id, token)), FORBIDDEN);
  const { data } = await shop.Customers.TokenViaPassword(customer.email, 'another');
  assert.equal((await shop.Customers.Get(customer.id, data.token)).data.id, customer.id);
});

test('a password and an e-mail address are needed', async () => {
  const { Customers } = await visitor();

  const errors = await refusal(Customers.TokenViaPassword());

  assert.deepEqual(errors.map(({ detail }) => detail).sort(), [
    'The data.email field is required.',
    'The data.password field is required.',
  ]);
  for (const error of errors) assertHas(error, { status: 422, title: 'Failed Validation' });
});

test('signing in with OpenID Connect needs a provider', async () => {
  const { Customers } = await visitor();

  const call = Customers.TokenViaOIDC('code', 'https://shop.example/callback', 'verifier');

  const [error, ...more] = await refusal(call);
  assertHas(error, { status: 422, title: 'Failed Validation' });
  assert.match(error.detail, /OpenID Connect provider/);
  assert.deepEqual(more, []);
});

test('a visitor learns where customers of the store sign in', async () => {
  for (const { AuthenticationSettings } of [await visitor(), await admin()]) {
    const { data, links } = await AuthenticationSettings.Get();

    assertHas(data, { type: 'customer-authentication-settings', meta: { client_id: 'customers' } });
    assertHas(data.relationships['authentication-realm'].data, { type: 'authentication-realm' });
    assert.match(data.relationships['authentication-realm'].data.id, /^[0-9a-f-]{36}$/);
    assert.match(links.self, /\/v2\/settings\/customer-authentication$/);
  }
});
