// Flows and their templates.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertHas, assertTimestamps, ids, NO_CONTENT, query, refusal } from './expect.js';
import { givenCoreFlow, givenField, givenFlow, unique } from './given.js';
import { admin, serverUrl, visitor } from './sdk.js';

const NOT_FOUND = [
  { status: 404, title: 'Flow not found', detail: 'The requested flow could not be found' },
];

test('a flow is created, read, changed and deleted', async () => {
  const { Flows } = await admin();
  const slug = unique('Reviews');
  const attributes = { name: 'Reviews', slug, description: 'What people say', enabled: true };

  const { data: created } = await Flows.Create(attributes);
  assertHas(created, { ...attributes, type: 'flow', relationships: {} });
  assert.deepEqual(created.links, { self: `${serverUrl}/v2/flows/${created.id}` });
  assert.equal(created.meta.owner, 'store');
  assertTimestamps(created.meta.timestamps);

  assert.deepEqual((await Flows.Get(created.id)).data, created);
  assert.deepEqual((await Flows.Get(slug)).data, created, 'a slug names it as well');

  const { data: updated } = await Flows.Update(created.id, { description: 'Changed' });
  assertHas(updated, { ...attributes, id: created.id, description: 'Changed' });

  assert.equal(await Flows.Delete(created.id), NO_CONTENT);
  assert.deepEqual(await refusal(Flows.Get(created.id)), NOT_FOUND);
});

test('every flow is listed, and pages are cut when asked for', async () => {
  const store = await admin();
  const created = [await givenFlow(store), await givenFlow(store), await givenFlow(store)];

  const all = await store.Flows.All();
  assert.deepEqual(
    ids(all).slice(-3),
    created.map(({ id }) => id),
    'in the order of creation',
  );
  assert.equal(all.meta.results.total, all.data.length);

  const page = await store.Flows.Limit(1).Offset(1).All();
  assert.deepEqual(page.data, [all.data[1]]);
  assert.deepEqual(page.meta, {
    page: { limit: 1, offset: 1, current: 2, total: all.data.length },
    results: { total: all.data.length },
  });
  assertHas(query(page.links.next), { 'page[limit]': '1', 'page[offset]': '2' });
  assertHas(query(page.links.prev), { 'page[limit]': '1', 'page[offset]': '0' });
});

test('templates are listed apart from other flows', async () => {
  const store = await admin();
  const books = await givenFlow(store, `products(${unique('book')})`);
  const songs = await givenFlow(store, `products(${unique('song')})`);
  const other = await givenFlow(store);

  const { data } = await store.Flows.AllTemplates('products');
  assert.deepEqual(
    data.filter(({ id }) => [books.id, songs.id, other.id].includes(id)),
    [books, songs],
  );
  for (const { slug } of data) assert.match(slug, /^products\(.+\)$/);

  // The SDK writes a second question mark here: `?template=products?page[limit]=1`.
  const page = await store.Flows.Limit(1).AllTemplates('products');
  assert.deepEqual(page.data, [data[0]]);
  assertHas(page.meta.page, { limit: 1, total: data.length });
  assert.equal(page.meta.results.total, data.length);
});

test('a flow without a name and a slug is refused with both problems', async () => {
  const { Flows } = await admin();

  const errors = await refusal(Flows.Create({ description: 'Nothing else' }));

  assert.deepEqual(errors.map(({ source }) => source).sort(), ['data.name', 'data.slug']);
  for (const error of errors) assertHas(error, { status: 422, title: 'Validation Error' });
});

test('a second flow with the same slug is refused', async () => {
  const store = await admin();
  const { slug } = await givenFlow(store);

  const [error] = await refusal(store.Flows.Create({ name: 'Again', slug }));

  assertHas(error, { status: 422, title: 'Validation Error', source: 'data.slug' });
});

test('a core flow is deleted only under another name', async () => {
  const { Flows } = await admin();
  const { data: flow } = await Flows.Create({ name: 'Files', slug: 'files' });

  assert.deepEqual(await refusal(Flows.Delete(flow.id)), [
    { status: 405, title: 'Method Not Allowed', detail: 'core flows cannot be deleted' },
  ]);

  const slug = `delete-${flow.id}`;
  assert.equal((await Flows.Update(flow.id, { slug })).data.slug, slug);
  assert.equal(await Flows.Delete(flow.id), NO_CONTENT);
});

test('attributes describe flows, and what a flow adds', async (t) => {
  const store = await admin();
  const flow = await givenCoreFlow(t, store, 'customers');
  await givenField(store, flow, 'shoe_size', 'integer', {
    description: 'European',
    required: true,
  });
  await givenField(store, flow, 'colour', 'string', {
    validation_rules: [{ type: 'enum', options: ['blue', 'red'] }],
  });
  const shop = await visitor();

  const flows = await shop.Flows.Attributes();
  assert.equal(flows.meta.entity, 'flow');
  assertHas(
    flows.data.find(({ value }) => value === 'slug'),
    { type: 'string', required: true },
  );

  const customers = await shop.Flows.GetFlowTypeAttributes('customers');
  assert.equal(customers.meta.entity, 'customers');
  const attribute = (slug) => customers.data.find(({ value }) => value === slug);
  assertHas(attribute('email'), { type: 'string', required: true });
  assertHas(attribute('shoe_size'), {
    label: 'shoe_size',
    type: 'integer',
    required: true,
    description: 'European',
  });
  assertHas(attribute('colour'), {
    type: 'enum',
    required: false,
    options: ['blue', 'red'],
    validation_rules: [{ type: 'enum', options: ['blue', 'red'] }],
  });

  assert.deepEqual(await refusal(shop.Flows.GetFlowTypeAttributes(unique('none'))), NOT_FOUND);
});

test('a visitor reads flows and their fields', async () => {
  const store = await admin();
  const flow = await givenFlow(store);
  const field = await givenField(store, flow, 'colour', 'string');
  const shop = await visitor();

  assert.deepEqual((await shop.Flows.Get(flow.id)).data, flow);
  assert.ok(ids(await shop.Flows.All()).includes(flow.id));
  assert.ok(Array.isArray((await shop.Flows.AllTemplates('products')).data));
  assert.deepEqual((await shop.Flows.GetFields(flow.slug)).data, [field]);
  assert.deepEqual((await shop.Fields.Get(field.id)).data, field);
  assert.ok(ids(await shop.Fields.All()).includes(field.id));
});
