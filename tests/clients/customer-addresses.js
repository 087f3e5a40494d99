// Addresses of customers, with the right of the store and with that of the customer.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertHas, assertTimestamps, FORBIDDEN, ids, NO_CONTENT, refusal } from './expect.js';
import { givenCoreFlow, givenCustomer, givenField } from './given.js';
import { admin, serverUrl, visitor } from './sdk.js';

const HOME = {
  name: 'Home',
  first_name: 'Ron',
  last_name: 'Swanson',
  company_name: '',
  phone_number: '(555) 555-1234',
  line_1: '1 Sunny Street',
  line_2: '',
  city: 'Sunny Town',
  postcode: 'SU33 1YY',
  county: 'Sunnyville',
  country: 'UK',
  instructions: 'Leave in Leslie Knope’s office',
};
const UNKNOWN = '00000000-0000-4000-8000-000000000000';

const notFound = (what) => [{ status: '404', title: 'Not Found', detail: `${what} not found` }];

/** Who may handle the addresses of a customer: the store, and the customer. */
async function callers() {
  const store = await admin();
  const shop = await visitor();
  const { id: customer, email } = await givenCustomer(store, { password: 'mysecretpassword' });
  const { data } = await shop.Customers.TokenViaPassword(email, 'mysecretpassword');
  return [
    { addresses: store.CustomerAddresses, own: { customer } },
    { addresses: shop.CustomerAddresses, own: { customer, token: data.token } },
  ];
}

test('an address is created, read, changed and deleted, by the store and by the customer', async () => {
  for (const { addresses, own } of await callers()) {
    const { data: created } = await addresses.Create({ ...own, body: HOME });
    const { id, meta, ...rest } = created;
    assert.deepEqual(rest, {
      ...HOME,
      region: '',
      type: 'address',
      links: { self: `${serverUrl}/v2/customers/${own.customer}/addresses/${id}` },
      relationships: { customer: { id: own.customer, type: 'customer' } },
    });
    assertTimestamps(meta.timestamps);
    assert.deepEqual((await addresses.Get({ ...own, address: id })).data, created);

    const second = await addresses.Create({ ...own, body: { ...HOME, name: 'Work' } });
    const all = await addresses.All(own);
    assert.deepEqual(all.data, [created, second.data]);
    assert.equal(all.meta.results.total, 2);

    const body = { city: 'Eagleton', region: 'Indiana' };
    const { data: updated } = await addresses.Update({ ...own, address: id, body });
    assertHas(updated, { ...HOME, ...body, id });

    assert.equal(await addresses.Delete({ ...own, address: id }), NO_CONTENT);
    assert.deepEqual(await refusal(addresses.Get({ ...own, address: id })), notFound('address'));
    assert.equal(await addresses.Delete({ ...own, address: second.data.id }), NO_CONTENT);
    assert.deepEqual(ids(await addresses.All(own)), []);
  }
});

test('a token does not open the addresses of another customer', async () => {
  const [, { addresses, own }] = await callers();
  const { id: customer } = await givenCustomer(await admin());
  const foreign = { ...own, customer };

  assert.deepEqual(await refusal(addresses.All(foreign)), FORBIDDEN);
  assert.deepEqual(await refusal(addresses.Create({ ...foreign, body: HOME })), FORBIDDEN);
});

test('an address without what it needs is refused, one problem for each field', async () => {
  const [{ addresses, own }] = await callers();

  const errors = await refusal(addresses.Create({ ...own, body: {} }));

  const needed = ['first_name', 'last_name', 'line_1', 'county', 'postcode', 'country'];
  assert.deepEqual(
    errors,
    needed.map((name) => ({
      status: 400,
      source: 'data',
      title: 'required',
      detail: `${name} is required`,
    })),
  );
});

test('unknown customers and addresses are not found', async () => {
  const [{ addresses, own }] = await callers();

  assert.deepEqual(await refusal(addresses.All({ customer: UNKNOWN })), notFound('customer'));
  assert.deepEqual(
    await refusal(addresses.Delete({ ...own, address: UNKNOWN })),
    notFound('address'),
  );
});

test('fields of the flow addresses are part of an address', async (t) => {
  const store = await admin();
  const flow = await givenCoreFlow(t, store, 'addresses');
  await givenField(store, flow, 'address-priority', 'integer', { default: 0, order: 1 });

  for (const { addresses, own } of await callers()) {
    const { data: plain } = await addresses.Create({ ...own, body: HOME });
    assert.equal(plain['address-priority'], 0);

    const body = { ...HOME, 'address-priority': 1 };
    const { data: created } = await addresses.Create({ ...own, body });
    assert.equal(created['address-priority'], 1);
    assert.equal((await store.Flows.GetEntry('addresses', created.id)).data['address-priority'], 1);

    const again = { ...own, address: created.id };
    const [error] = await refusal(
      addresses.Update({ ...again, body: { 'address-priority': '1' } }),
    );
    assertHas(error, { status: 422, title: 'Validation Error', source: 'data.address-priority' });
    await addresses.Update({ ...again, body: { 'address-priority': 2 } });
    assertHas((await addresses.Get(again)).data, { ...HOME, 'address-priority': 2 });
  }
});

test('attributes describe addresses', async () => {
  const { CustomerAddresses } = await visitor();

  const { data, meta } = await CustomerAddresses.Attributes();

  assert.equal(meta.entity, 'address');
  assertHas(
    data.find(({ value }) => value === 'first_name'),
    { type: 'string', required: true },
  );
  assertHas(
    data.find(({ value }) => value === 'region'),
    { type: 'string', required: false },
  );
});
