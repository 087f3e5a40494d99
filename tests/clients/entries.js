// Entries of flows, and the relationships between them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  assertHas,
  assertTimestamps,
  FORBIDDEN,
  ids,
  NO_CONTENT,
  query,
  refusal,
} from './expect.js';
import { givenCoreFlow, givenCustomer, givenField, givenFlow, unique } from './given.js';
import { admin, serverUrl, visitor } from './sdk.js';

const NOT_FOUND = [
  { status: 404, title: 'Entry not found', detail: 'The requested entry could not be found' },
];

test('an entry keeps values of every type', async () => {
  const store = await admin();
  const flow = await givenFlow(store);
  await givenField(store, flow, 'title', 'string', { default: 0 });
  await givenField(store, flow, 'pages', 'integer');
  await givenField(store, flow, 'price', 'float');
  await givenField(store, flow, 'signed', 'boolean');
  await givenField(store, flow, 'printed', 'date');
  const values = {
    title: 'Leslie’s “Eagleton” – 日本語 🐴',
    pages: 320,
    price: 10.75,
    signed: false,
    printed: '2017-12-25 10:00:00',
  };

  const { data: created } = await store.Flows.CreateEntry(flow.slug, {
    ...values,
    unknown: 'dropped',
  });
  const { id, meta, ...rest } = created;
  assert.deepEqual(rest, {
    ...values,
    type: 'entry',
    links: { self: `${serverUrl}/v2/flows/${flow.slug}/entries/${id}` },
  });
  assert.equal(meta.owner, 'store');
  assertTimestamps(meta.timestamps);
  assert.deepEqual((await store.Flows.GetEntry(flow.slug, id)).data, created);

  const { data: updated } = await store.Flows.UpdateEntry(flow.slug, id, {
    pages: 321,
    printed: null,
  });
  assertHas(updated, { ...values, id, pages: 321, printed: null });

  assert.equal(await store.Flows.DeleteEntry(flow.slug, id), NO_CONTENT);
  assert.deepEqual(await refusal(store.Flows.GetEntry(flow.slug, id)), NOT_FOUND);
});

test('values that are left out take the default, in the type of the field', async () => {
  const store = await admin();
  const flow = await givenFlow(store);
  await givenField(store, flow, 'title', 'string', { default: 0 });
  await givenField(store, flow, 'count', 'integer', { default: '1', required: true });
  await givenField(store, flow, 'note', 'string');

  const { data } = await store.Flows.CreateEntry(flow.slug, {});

  assertHas(data, { title: '0', count: 1, note: null });
});

test('an entry is refused with every problem at once', async () => {
  const store = await admin();
  const flow = await givenFlow(store);
  await givenField(store, flow, 'title', 'string', { required: true });
  await givenField(store, flow, 'count', 'integer');
  await givenField(store, flow, 'size', 'string', {
    validation_rules: [{ type: 'enum', options: ['S', 'M'] }],
  });

  const errors = await refusal(store.Flows.CreateEntry(flow.slug, { count: '5', size: 'XL' }));

  assert.deepEqual(errors.map(({ source }) => source).sort(), [
    'data.count',
    'data.size',
    'data.title',
  ]);
  for (const { status, title, source, detail } of errors) {
    assert.deepEqual([status, title], [422, 'Validation Error']);
    assert.ok(detail.startsWith(`${source}: `), detail);
  }
  assert.deepEqual((await store.Flows.GetEntries(flow.slug)).data, []);
});

test('entries are listed in pages, to a visitor as well', async () => {
  const store = await admin();
  const flow = await givenFlow(store);
  await givenField(store, flow, 'rank', 'integer');
  for (const rank of [1, 2, 3, 4, 5]) await store.Flows.CreateEntry(flow.slug, { rank });

  for (const { Flows } of [store, await visitor()]) {
    const page = await Flows.Limit(2).Offset(2).GetEntries(flow.slug);
    assert.deepEqual(
      page.data.map(({ rank }) => rank),
      [3, 4],
    );
    assert.deepEqual(page.meta, {
      page: { limit: 2, offset: 2, current: 2, total: 3 },
      results: { total: 5 },
    });
    assertHas(query(page.links.next), { 'page[limit]': '2', 'page[offset]': '4' });
    assertHas(query(page.links.last), { 'page[limit]': '2', 'page[offset]': '4' });

    const [first] = page.data;
    assert.deepEqual((await Flows.GetEntry(flow.slug, first.id)).data, first);
  }
});

async function givenRelationship(store, slug, rule) {
  const flow = await givenFlow(store);
  await givenField(store, flow, slug, 'relationship', { validation_rules: [rule] });
  const { data: entry } = await store.Flows.CreateEntry(flow.slug, {});
  assert.deepEqual(entry.relationships, { [slug]: { data: null } });

  const of = [flow.slug, entry.id, slug];
  const { Flows } = store;
  return {
    add: async (body) => (await Flows.CreateEntryRelationship(...of, body)).data,
    replace: async (body) => (await Flows.UpdateEntryRelationship(...of, body)).data,
    clear: () => Flows.DeleteEntryRelationship(...of),
    read: async () => (await Flows.GetEntry(flow.slug, entry.id)).data.relationships[slug].data,
  };
}

test('a relationship to many adds, replaces and clears', async () => {
  const rule = { type: 'one-to-many', to: 'product' };
  const products = await givenRelationship(await admin(), 'products', rule);
  const [one, two, three] = ['one', 'two', 'three'].map((id) => ({ type: 'product', id }));

  assert.deepEqual(await products.add([one]), [one]);
  assert.deepEqual(await products.add(two), [one, two]);
  assert.deepEqual(await products.add([one, three]), [one, two, three]);
  assert.deepEqual(await products.read(), [one, two, three]);

  assert.deepEqual(await products.replace([three, one]), [three, one]);
  assert.deepEqual(await products.replace(two), [two]);
  assert.deepEqual(await products.read(), [two]);

  assert.equal(await products.clear(), NO_CONTENT);
  assert.equal(await products.read(), null);
});

test('a relationship to one is an object and replaces', async () => {
  const rule = { type: 'one-to-one', to: 'customer' };
  const owner = await givenRelationship(await admin(), 'owner', rule);
  const [ron, leslie] = ['ron', 'leslie'].map((id) => ({ type: 'customer', id }));

  assert.deepEqual(await owner.add(ron), ron);
  assert.deepEqual(await owner.add([leslie]), leslie);
  assert.deepEqual(await owner.replace(ron), ron);
  assert.deepEqual(await owner.read(), ron);

  const [error] = await refusal(owner.replace([ron, leslie]));
  assertHas(error, { status: 422, title: 'Validation Error' });
  assert.deepEqual(await owner.read(), ron);

  assert.equal(await owner.clear(), NO_CONTENT);
  assert.equal(await owner.read(), null);
});

test('a relationship that the flow does not have is not found', async () => {
  const store = await admin();
  const { slug } = await givenFlow(store);
  const { data: entry } = await store.Flows.CreateEntry(slug, {});

  const errors = await refusal(
    store.Flows.CreateEntryRelationship(slug, entry.id, 'products', [
      { type: 'product', id: 'one' },
    ]),
  );

  assertHas(errors[0], { status: 404, title: 'Field not found' });
});

test('an entry of a template has the id of its product', async () => {
  const store = await admin();
  const flow = await givenFlow(store, `products(${unique('book')})`);
  await givenField(store, flow, 'isbn', 'string');
  const id = unique('product');

  const { data } = await store.Flows.CreateEntry(flow.slug, { id, isbn: 9780099419785 });
  assertHas(data, { id, isbn: '9780099419785' });
  assert.deepEqual((await store.Flows.GetEntry(flow.slug, id)).data, data);

  const [error] = await refusal(store.Flows.CreateEntry(flow.slug, { id }));
  assertHas(error, { status: 409, title: 'Conflict' });
});

test('an entry of a resource that lives elsewhere is made by its first update', async (t) => {
  const store = await admin();
  const flow = await givenCoreFlow(t, store, 'orders');
  await givenField(store, flow, 'consignment-id', 'string');
  const id = unique('order');

  await store.Flows.UpdateEntry('orders', id, { 'consignment-id': '4711' });

  const { data } = await store.Flows.GetEntry('orders', id);
  assertHas(data, { id, type: 'entry', 'consignment-id': '4711' });
});

test('the entry of a customer holds the values of the customer, and is closed to visitors', async (t) => {
  const store = await admin();
  const flow = await givenCoreFlow(t, store, 'customers');
  await givenField(store, flow, 'shoe_size', 'integer');
  const customer = await givenCustomer(store, { shoe_size: 43 });

  const { data } = await store.Flows.GetEntry('customers', customer.id);
  assertHas(data, { id: customer.id, type: 'entry', shoe_size: 43 });
  assert.ok(ids(await store.Flows.GetEntries('customers')).length > 0);

  await store.Flows.UpdateEntry('customers', customer.id, { shoe_size: 44 });
  assert.equal((await store.Customers.Get(customer.id)).data.shoe_size, 44);

  const shop = await visitor();
  assert.deepEqual(await refusal(shop.Flows.GetEntry('customers', customer.id)), FORBIDDEN);
  assert.deepEqual(await refusal(shop.Flows.GetEntries('customers')), FORBIDDEN);
});
