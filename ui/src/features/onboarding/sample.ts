/** A small shop to look around in: two flows with fields of every kind, twelve customers, and wishlists of theirs. */
import { api, body, type Flow } from '../../api/client'
import { createField } from '../fields/fields'
import { createFlow } from '../flows/flows'
import { clause } from '../records/filter'

const CUSTOMER_FIELDS = [
  { name: 'Tier', slug: 'tier', field_type: 'string', required: true, default: 'Bronze', validation_rules: [{ type: 'enum', options: ['Bronze', 'Silver', 'Gold'] }] },
  { name: 'Loyalty points', slug: 'loyalty_points', field_type: 'integer', validation_rules: [{ type: 'min', options: 0 }] },
  { name: 'Discount', slug: 'discount', field_type: 'float', validation_rules: [{ type: 'between', options: { from: 0, to: 0.5 } }] },
  { name: 'Newsletter', slug: 'newsletter', field_type: 'boolean', default: false },
  { name: 'Member since', slug: 'member_since', field_type: 'date' },
  { name: 'Loyalty card', slug: 'card', field_type: 'string', unique: 'ignore_case', validation_rules: [{ type: 'pattern', options: '^C-[0-9]{4}$' }] },
  { name: 'Notes', slug: 'notes', field_type: 'string', filterable: false },
  { name: 'Wishlists', slug: 'wishlists', field_type: 'relationship', validation_rules: [{ type: 'one-to-many', to: 'wishlists' }] },
] as const

const WISHLIST_FIELDS = [
  { name: 'Title', slug: 'title', field_type: 'string', required: true },
  { name: 'Occasion', slug: 'occasion', field_type: 'string', validation_rules: [{ type: 'enum', options: ['Birthday', 'Wedding', 'Just because'] }] },
  { name: 'Wanted by', slug: 'wanted_by', field_type: 'date' },
  { name: 'Products', slug: 'products', field_type: 'relationship', validation_rules: [{ type: 'one-to-many', to: 'product' }] },
] as const

const NAMES = ['Ada Lovelace', 'Grace Hopper', 'Alan Turing', 'Edsger Dijkstra', 'Barbara Liskov', 'Donald Knuth', 'Frances Allen', 'Tony Hoare', 'Katherine Johnson', 'John Backus', 'Radia Perlman', 'Niklaus Wirth']
const NOTES = ['Prefers to be called in the morning', null, 'Asked for a catalogue', 'Buys for the whole team', null, null]
const WISHES = [
  { title: 'Tea for two', occasion: 'Birthday', wanted_by: '2027-02-14' },
  { title: 'A quiet keyboard', occasion: 'Just because' },
  { title: 'For the new house', occasion: 'Wedding', wanted_by: '2027-06-05' },
]

/** For a store in which there is nothing yet, or a part of this: what is there already stays as it is. */
export async function loadSampleShop() {
  const flows = (await body(api.GET('/v2/flows'))).data as Flow[]
  await makeFlow(flows, 'Customers', 'customers', 'What we want to know about our customers', CUSTOMER_FIELDS)
  await makeFlow(flows, 'Wishlists', 'wishlists', 'What customers would like to have', WISHLIST_FIELDS)
  const path = { flow: 'wishlists' }
  const made = (await body(api.GET('/v2/flows/{flow}/entries', { params: { path, query: { 'page[limit]': 100 } } }))).data
  const wishes: string[] = []
  for (const wish of WISHES) {
    const entry = made.find(({ title }) => title === wish.title) ?? (await body(api.POST('/v2/flows/{flow}/entries', { params: { path }, body: { data: { type: 'entry', ...wish } } }))).data
    wishes.push(String(entry.id))
  }
  for (const [index, name] of NAMES.entries()) await makeCustomer(name, index, wishes[index])
}

async function makeFlow(flows: Flow[], name: string, slug: string, description: string, fields: readonly { slug: string }[]) {
  const flow = flows.find((flow) => flow.slug === slug) ?? (await createFlow({ name, slug, description }))
  const made = (await body(api.GET('/v2/flows/{flow}/fields', { params: { path: { flow: slug } } }))).data
  for (const [index, field] of fields.entries()) {
    if (!made.some(({ slug }) => slug === field.slug)) await createField(flow.id, { ...field, order: index + 1 })
  }
}

async function makeCustomer(name: string, index: number, wish: string | undefined) {
  const email = `${name.toLowerCase().replace(' ', '.')}@example.com`
  const data = {
    type: 'customer',
    name,
    email,
    tier: ['Gold', 'Silver', 'Bronze'][index % 3],
    loyalty_points: (index * 137) % 900,
    discount: [0.1, 0.05, null][index % 3],
    newsletter: index % 2 === 0,
    member_since: `20${15 + (index % 10)}-0${1 + (index % 9)}-1${index % 10}`,
    card: `C-${1001 + index}`,
    notes: NOTES[index % NOTES.length],
  }
  const [known] = (await body(api.GET('/v2/customers', { params: { query: { filter: clause({ field: 'email', op: 'is', value: email }) } } }))).data
  const customer = known ?? (await body(api.POST('/v2/customers', { body: { data } }))).data
  if (!wish) return
  const path = { customer: customer.id, field: 'wishlists' }
  await body(api.PUT('/v2/customers/{customer}/relationships/{field}', { params: { path, header: { 'If-Match': '*' } }, body: { data: [{ type: 'wishlists', id: wish }] } }))
}
