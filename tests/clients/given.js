// What a test starts from. Slugs and e-mail addresses are new each time, so tests do not meet.
import { randomUUID } from 'node:crypto';

export const unique = (word) => `${word}-${randomUUID().slice(0, 8)}`;

/** A domain that no other test uses: filtering on it shows a test its own customers alone. */
export const uniqueDomain = () => `${unique('shop')}.example`;

export async function givenFlow(store, slug = unique('flow')) {
  const { data } = await store.Flows.Create({ name: slug, slug, description: '', enabled: true });
  return data;
}

/**
 * A flow such as `customers`, which exists once in a store and extends a resource. It cannot be
 * deleted as long as it does, so at the end it is renamed first.
 */
export async function givenCoreFlow(test, store, slug) {
  const flow = await givenFlow(store, slug);
  test.after(async () => {
    await store.Flows.Update(flow.id, { slug: `delete-${flow.id}` });
    await store.Flows.Delete(flow.id);
  });
  return flow;
}

export async function givenField(store, flow, slug, field_type, attributes = {}) {
  const { data } = await store.Fields.Create({
    name: slug,
    slug,
    field_type,
    relationships: { flow: { data: { type: 'flow', id: flow.id } } },
    ...attributes,
  });
  return data;
}

export async function givenCustomer(store, attributes = {}) {
  const email = `ron@${uniqueDomain()}`;
  const { data } = await store.Customers.Create({ name: 'Ron Swanson', email, ...attributes });
  return data;
}
