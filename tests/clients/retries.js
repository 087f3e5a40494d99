// What the SDK repeats by itself: calls that are answered 401 or 429, up to three times.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertHas, refusal } from './expect.js';
import { givenCustomer, givenFlow } from './given.js';
import { admin, giveStaleToken, limitedUrl, recordingFetch, visitor } from './sdk.js';

/** Instead of a second and more. Tokens need no time to become good; only the rate limit does. */
const AT_ONCE = { retryDelay: 1, retryJitter: 1 };

const SIGNED_IN = 'POST /oauth/access_token 200';

for (const [grant, signIn] of [
  ['client_credentials', admin],
  ['implicit', visitor],
]) {
  test(`a stale token of the grant ${grant} is renewed and the call repeated`, async () => {
    const flow = await givenFlow(await admin());
    const custom_fetch = recordingFetch();
    const store = await signIn({ custom_fetch, ...AT_ONCE });
    giveStaleToken(store);

    const { data } = await store.Flows.Get(flow.id);

    assert.equal(data.slug, flow.slug);
    const call = `GET /v2/flows/${flow.id}`;
    assert.deepEqual(custom_fetch.exchanges, [SIGNED_IN, `${call} 401`, SIGNED_IN, `${call} 200`]);
    assert.notEqual(store.credentials().access_token, 'stale');
  });
}

test('a stale token of a key that is gone stays refused', async () => {
  const store = await admin();
  const { data: key } = await store.ApplicationKeys.Create({
    type: 'application_key',
    name: 'Short',
  });
  const credentials = { client_id: key.client_id, client_secret: key.client_secret };
  const custom_fetch = recordingFetch();
  const other = await admin({ ...credentials, custom_fetch, ...AT_ONCE });
  await other.Settings.All();

  await store.ApplicationKeys.Delete(key.id);

  assert.deepEqual(await refusal(other.Settings.All()), [{ title: 'Unauthorized', status: '401' }]);
  assert.deepEqual(custom_fetch.exchanges.slice(2), [
    'GET /v2/settings 401',
    'POST /oauth/access_token 401',
  ]);
});

test('a wrong password is tried four times and then refused', async () => {
  const { email } = await givenCustomer(await admin(), { password: 'mysecretpassword' });
  const custom_fetch = recordingFetch();
  const shop = await visitor({ custom_fetch, ...AT_ONCE });

  const errors = await refusal(shop.Customers.TokenViaPassword(email, 'wrong'));

  assert.deepEqual(errors, [
    { status: 401, title: 'Unauthorized', detail: 'Invalid email or password' },
  ]);
  const refused = 'POST /v2/customers/tokens 401';
  assert.deepEqual(custom_fetch.exchanges, [
    SIGNED_IN,
    refused,
    SIGNED_IN,
    refused,
    SIGNED_IN,
    refused,
    SIGNED_IN,
    refused,
  ]);
});

// With the SDK's own delays: it waits one second, then two, then three, and in each wait the server
// allows two calls more. Five calls at once are through after the second wait at the latest.
test('calls over the rate limit succeed when they are repeated', async () => {
  const custom_fetch = recordingFetch();
  const store = await admin({ url: limitedUrl, custom_fetch });

  const answers = await Promise.all(Array.from({ length: 5 }, () => store.Settings.All()));

  for (const { data } of answers) assertHas(data, { type: 'settings' });
  const count = (exchange) => custom_fetch.exchanges.filter((seen) => seen === exchange).length;
  assert.equal(count('GET /v2/settings 200'), 5);
  assert.ok(count('GET /v2/settings 429') > 0, custom_fetch.exchanges.join('\n'));
});
