// What tests expect of answers, beyond what `node:assert` has in every version of Node.
import assert from 'node:assert/strict';

/** What the SDK makes of an answer without a body, such as that of a DELETE. */
export const NO_CONTENT = '{}';

export const FORBIDDEN = [{ status: 403, title: 'Forbidden' }];

/** The errors of the parsed body that the SDK rejects with when the server refuses a call. */
export async function refusal(call) {
  const body = await call.then(
    (answer) => assert.fail(`expected a refusal, got ${JSON.stringify(answer)}`),
    (reason) => reason,
  );
  if (!Array.isArray(body?.errors)) throw body;
  return body.errors;
}

/** Compares the keys that `expected` has, and ignores the others. */
export function assertHas(actual, expected) {
  const seen = Object.keys(expected).map((key) => [key, actual?.[key]]);
  assert.deepEqual(Object.fromEntries(seen), expected);
}

export function assertTimestamps({ created_at, updated_at }) {
  for (const time of [created_at, updated_at]) {
    assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  }
}

export const ids = (answer) => answer.data.map(({ id }) => id);

/** The parameters of a link to another page of a list. */
export const query = (link) => Object.fromEntries(new URL(link).searchParams);
