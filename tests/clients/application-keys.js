// Application keys: what programs sign in with.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertHas, assertTimestamps, NO_CONTENT, refusal } from './expect.js';
import { unique } from './given.js';
import { admin } from './sdk.js';

const NOT_FOUND = [{ title: 'Not Found', status: '404', detail: 'application key not found' }];

async function givenKey(test, store, attributes = {}) {
  const answer = await store.ApplicationKeys.Create({
    type: 'application_key',
    name: unique('key'),
    ...attributes,
  });
  // Reserved rates add up over the store. A test may have deleted its key already.
  test.after(() => store.ApplicationKeys.Delete(answer.data.id).catch(() => {}));
  return answer;
}

test('a key is created, read, changed and deleted, and its secret is shown once', async (t) => {
  const store = await admin();
  const name = unique('Storefront');

  const { data: created, links } = await givenKey(t, store, { name, reserved_rate_limit: 15 });
  const { client_secret, ...key } = created;
  assertHas(key, { type: 'application_key', name, reserved_rate_limit: 15 });
  assert.match(key.client_id, /^[A-Za-z0-9]{42}$/);
  assert.match(client_secret, /^[A-Za-z0-9]{42}$/);
  assertTimestamps(key.meta.timestamps);
  assert.equal(key.meta.timestamps.last_used_at, null);
  assert.ok(key.links.self.endsWith(`/v2/application-keys/${key.id}`));
  assert.deepEqual(links, key.links);

  assert.deepEqual((await store.ApplicationKeys.Get(key.id)).data, key);

  const { data: updated } = await store.ApplicationKeys.Update(key.id, {
    type: 'application_key',
    name: 'Renamed',
  });
  assertHas(updated, {
    id: key.id,
    client_id: key.client_id,
    name: 'Renamed',
    reserved_rate_limit: 15,
  });
  assert.ok(!('client_secret' in updated));

  assert.equal(await store.ApplicationKeys.Delete(key.id), NO_CONTENT);
  assert.deepEqual(await refusal(store.ApplicationKeys.Get(key.id)), NOT_FOUND);
});

test('keys are listed newest first, with what they reserve together', async (t) => {
  const store = await admin();
  const before = (await store.ApplicationKeys.All()).meta;
  const first = await givenKey(t, store, { reserved_rate_limit: 2 });
  const second = await givenKey(t, store, { reserved_rate_limit: 3 });

  const all = await store.ApplicationKeys.All();
  assert.deepEqual(
    all.data.slice(0, 2).map(({ id }) => id),
    [second.data.id, first.data.id],
  );
  for (const key of all.data) assert.ok(!('client_secret' in key));
  assert.equal(all.meta.results.total, before.results.total + 2);
  assert.equal(all.meta.total_reserved_rate_limit, before.total_reserved_rate_limit + 5);

  const page = await store.ApplicationKeys.Limit(1).Offset(1).All();
  assert.deepEqual(page.data, [all.data[1]]);
  assertHas(page.meta.page, { limit: 1, offset: 1, current: 2 });
});

test('a new key signs in, to the same store', async (t) => {
  const store = await admin();
  const { data: key } = await givenKey(t, store);

  const other = await admin({ client_id: key.client_id, client_secret: key.client_secret });

  assert.equal((await other.Settings.All()).data.id, (await store.Settings.All()).data.id);
});

test('a key needs a name', async () => {
  const { ApplicationKeys } = await admin();

  assert.deepEqual(await refusal(ApplicationKeys.Create({ type: 'application_key' })), [
    { title: 'Bad Request', status: '400', detail: "The field 'name' is required." },
  ]);
});

test('keys cannot reserve more than the store has', async () => {
  const { ApplicationKeys } = await admin();
  const greedy = { type: 'application_key', name: 'Greedy', reserved_rate_limit: 1_000_000 };

  assert.deepEqual(await refusal(ApplicationKeys.Create(greedy)), [
    {
      title: 'Conflict',
      status: '409',
      detail: 'requested reserved rate limit will exceed the maximum',
    },
  ]);
});
