// Fields: the columns of a flow.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertHas, assertTimestamps, ids, NO_CONTENT, refusal } from './expect.js';
import { givenField, givenFlow } from './given.js';
import { admin, serverUrl, visitor } from './sdk.js';

const NOT_FOUND = [
  { status: 404, title: 'Field not found', detail: 'The requested field could not be found' },
];

test('a field is created, read, changed and deleted', async () => {
  const store = await admin();
  const flow = await givenFlow(store);
  const attributes = {
    name: 'Product Rating',
    slug: 'product-rating',
    field_type: 'integer',
    description: 'Average rating as given by our users',
    required: false,
    default: 0,
    enabled: true,
    order: 1,
    omit_null: false,
    validation_rules: [{ type: 'between', options: { from: 1, to: 5 } }],
    relationships: { flow: { data: { id: flow.id, type: 'flow' } } },
  };

  const { data: created } = await store.Fields.Create(attributes);
  assertHas(created, { ...attributes, type: 'field' });
  assert.deepEqual(created.links, {
    self: `${serverUrl}/v2/flows/${flow.id}/fields/${created.id}`,
  });
  assertTimestamps(created.meta.timestamps);

  assert.deepEqual((await store.Fields.Get(created.id)).data, created);

  const { data: updated } = await store.Fields.Update(created.id, { default: null, order: 7 });
  assertHas(updated, { ...attributes, id: created.id, default: null, order: 7 });

  assert.equal(await store.Fields.Delete(created.id), NO_CONTENT);
  assert.deepEqual(await refusal(store.Fields.Get(created.id)), NOT_FOUND);
  assert.deepEqual((await store.Flows.GetFields(flow.slug)).data, []);
});

test('the fields of a flow come in their own order, all fields in that of creation', async () => {
  const store = await admin();
  const flow = await givenFlow(store);
  const last = await givenField(store, flow, 'last', 'date', { order: 2 });
  const first = await givenField(store, flow, 'first', 'float', { order: 1 });

  assert.deepEqual((await store.Flows.GetFields(flow.slug)).data, [first, last]);
  assert.deepEqual(ids(await store.Fields.All()).slice(-2), [last.id, first.id]);
});

test('a default is given back as it was written', async () => {
  const store = await admin();
  const flow = await givenFlow(store);

  const number = await givenField(store, flow, 'title', 'string', { default: 0 });
  const text = await givenField(store, flow, 'count', 'integer', { default: '1' });

  assert.deepEqual([number.default, text.default], [0, '1']);
});

test('the type of a field does not change', async () => {
  const store = await admin();
  const field = await givenField(store, await givenFlow(store), 'count', 'integer');

  const [error] = await refusal(store.Fields.Update(field.id, { field_type: 'string' }));

  assertHas(error, { status: 422, title: 'Validation Error', source: 'data.field_type' });
  assert.equal((await store.Fields.Get(field.id)).data.field_type, 'integer');
});

test('attributes describe fields', async () => {
  const { Fields } = await visitor();

  const { data, meta } = await Fields.Attributes();

  assert.equal(meta.entity, 'field');
  const attribute = data.find(({ value }) => value === 'field_type');
  assertHas(attribute, { required: true });
  assert.deepEqual([...attribute.options].sort(), [
    'boolean',
    'date',
    'float',
    'integer',
    'relationship',
    'string',
  ]);
});
