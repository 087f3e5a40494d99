/**
 * What the list and the form have to know of a resource. Customers, addresses and entries are three such
 * descriptions; everything else about them comes from the fields of the flow.
 */
import { api, body, type Field, type Flow, tagged } from '../../api/client'
import { Failure } from '../../api/errors'
import { t } from '../../strings.en.ts'
import { type FieldType, readRules } from '../fields/rules'
import { isAboutOthers } from '../flows/flows'
import type { Kind, Op } from './filter'
import { OPERATORS } from './filter'

export interface Reference {
  type: string
  id: string
}

/** A record as the API shows it, with the values of its fields at the top level. */
export type RecordData = Record<string, unknown> & {
  id: string
  relationships?: Record<string, { data?: Reference | Reference[] | null } | undefined>
  meta: { timestamps: { created_at: string; updated_at: string } }
}

/** A base attribute or a field: what forms show, columns list and conditions ask about. */
export interface Attribute {
  slug: string
  label: string
  kind: Kind
  hint?: string
  required: boolean
  /** Whether forms show it; the rest is told by the server. */
  editable: boolean
  /** Whether the first value that a record gets is its last. */
  immutable: boolean
  /** Whether no two records share a value. */
  unique: boolean
  sortable: boolean
  operators: Op[]
  choices: string[]
  /** What no value is on the wire. */
  blank: null | ''
  field?: Field
}

export interface ListQuery {
  filter?: string
  sort?: string
  explain?: boolean
  'page[limit]'?: number
  'page[offset]'?: number
  'page[cursor]'?: string
  'page[total_method]'?: 'observed'
}

export interface Page {
  data: RecordData[]
  links: { next?: string | null }
  meta: { results: { total: number }; plan?: { index_used: boolean; hints: string[] } | null }
}

export interface Loaded {
  record: RecordData
  etag: string | null
}

export interface Resource {
  /** Under which its columns are remembered. */
  name: string
  /** The slug of the flow whose fields it has. */
  flow: string
  title: string
  singular: string
  /** What has to be known about its records. */
  about?: string
  newTitle: string
  path: string
  base: Attribute[]
  quick: string[]
  /** The columns that a list begins with, besides the first fields. */
  columns: string[]
  defaultSort: string
  /** What the platform documents that its lists can be asked for, which is all that a strict store takes. */
  documented: 'filter and order' | 'ids' | 'nothing'
  labelOf: (record: RecordData) => string
  list: (query: ListQuery) => Promise<Page>
  read: (id: string) => Promise<Loaded>
  create: (data: object) => Promise<Loaded>
  update: (id: string, data: object, etag: string | null) => Promise<Loaded>
  remove: (id: string) => Promise<unknown>
}

const text = (slug: string, label: string, more: Partial<Attribute> = {}): Attribute => ({
  slug,
  label,
  kind: 'string',
  required: false,
  editable: true,
  immutable: false,
  unique: false,
  sortable: false,
  operators: [],
  choices: [],
  blank: null,
  ...more,
})

const TEXT_OPERATORS: Op[] = ['is', 'is_not', 'contains', 'starts', 'ends']

const own = (id: Partial<Attribute> = {}): Attribute[] => [
  text('id', t.records.id, { kind: 'id', editable: false, unique: true, sortable: true, operators: OPERATORS.id, ...id }),
  text('created_at', t.records.created, { kind: 'time', editable: false, sortable: true, operators: OPERATORS.time }),
  text('updated_at', t.records.updated, { kind: 'time', editable: false, sortable: true, operators: OPERATORS.time }),
]

/** A field as an attribute. */
export function attributeOf(field: Field): Attribute {
  const kind = field.field_type as FieldType
  return text(field.slug, field.name, {
    kind,
    hint: field.description || undefined,
    required: field.required,
    immutable: field.immutable ?? false,
    unique: Boolean(field.unique),
    sortable: kind !== 'relationship',
    operators: OPERATORS[kind],
    choices: kind === 'relationship' || readRules(field.validation_rules).ranges.length > 0 ? [] : readRules(field.validation_rules).choices,
    field,
  })
}

/** Under which a record is kept while its page is open. */
export const recordKey = ({ path }: Resource, id: string) => ['record', path, id] as const

/** The attributes with these slugs, in their order. */
export function attributesOf(slugs: string[], attributes: Attribute[]): Attribute[] {
  return slugs.map((slug) => attributes.find((attribute) => attribute.slug === slug)).filter((attribute) => attribute !== undefined)
}

const loaded = ({ body, etag }: { body: { data: unknown }; etag: string | null }): Loaded => ({ record: body.data as RecordData, etag })
const ifMatch = (etag: string | null) => (etag ? { 'If-Match': etag } : {})

/** What may be deleted whatever its state is, also in a store that asks every change for one. */
const ANY = { 'If-Match': '*' }

export const customers: Resource = {
  name: 'customers',
  flow: 'customers',
  title: t.customers.title,
  singular: t.customers.singular,
  newTitle: t.customers.new,
  path: '/v2/customers',
  base: [
    text('name', t.customers.name, { required: true, sortable: true, operators: TEXT_OPERATORS }),
    text('email', t.customers.email, { required: true, unique: true, sortable: true, operators: TEXT_OPERATORS }),
    text('external_ref', t.customers.externalRef, { hint: t.customers.externalRefHint, operators: ['is', 'is_not'] }),
    ...own(),
  ],
  quick: ['name', 'email'],
  columns: ['name', 'email', 'created_at'],
  defaultSort: '-created_at',
  documented: 'filter and order',
  labelOf: (record) => String(record.name || record.email || record.id),
  list: async (query) => (await body(api.GET('/v2/customers', { params: { query } }))) as unknown as Page,
  read: async (customer) => loaded(await tagged(api.GET('/v2/customers/{customer}', { params: { path: { customer } } }))),
  create: async (data) => loaded(await tagged(api.POST('/v2/customers', { body: { data: { type: 'customer', ...data } } }))),
  update: async (customer, data, etag) =>
    loaded(await tagged(api.PUT('/v2/customers/{customer}', { params: { path: { customer }, header: ifMatch(etag) }, body: { data: { type: 'customer', ...data } } }))),
  remove: (customer) => body(api.DELETE('/v2/customers/{customer}', { params: { path: { customer }, header: ANY } })),
}

export const ADDRESS_TEXTS = ['name', 'first_name', 'last_name', 'company_name', 'phone_number', 'line_1', 'line_2', 'city', 'postcode', 'county', 'region', 'country', 'instructions'] as const

/** The addresses of one customer; `mandatory` is a setting of the store. */
export function addresses(customer: string, mandatory: string[]): Resource {
  const path = (address: string) => ({ customer, address })
  return {
    name: 'addresses',
    flow: 'addresses',
    title: t.addresses.title,
    singular: t.addresses.singular,
    newTitle: t.addresses.new,
    path: `/v2/customers/${customer}/addresses`,
    base: [
      ...ADDRESS_TEXTS.map((slug) => text(slug, t.addresses.texts[slug], { required: mandatory.includes(slug), operators: ['is', 'any_of'], blank: '' })),
      ...own(),
    ],
    quick: [],
    columns: ['name', 'first_name', 'last_name', 'line_1', 'city', 'country'],
    defaultSort: 'created_at',
    documented: 'nothing',
    labelOf: (record) => String(record.name || [record.first_name, record.last_name].filter(Boolean).join(' ') || record.line_1 || record.id),
    list: async (query) => (await body(api.GET('/v2/customers/{customer}/addresses', { params: { path: { customer }, query } }))) as unknown as Page,
    read: async (address) => loaded(await tagged(api.GET('/v2/customers/{customer}/addresses/{address}', { params: { path: path(address) } }))),
    create: async (data) => loaded(await tagged(api.POST('/v2/customers/{customer}/addresses', { params: { path: { customer } }, body: { data: { type: 'address', ...data } as never } }))),
    update: async (address, data, etag) =>
      loaded(
        await tagged(
          api.PUT('/v2/customers/{customer}/addresses/{address}', { params: { path: path(address), header: ifMatch(etag) }, body: { data: { type: 'address', ...data } as never } }),
        ),
      ),
    remove: (address) => body(api.DELETE('/v2/customers/{customer}/addresses/{address}', { params: { path: path(address), header: ANY } })),
  }
}

/** The entries of a flow of the shop's own. The first text among its fields is what an entry is called by. */
export function entries(flow: Flow, fields: Field[]): Resource {
  const named = fields.find((field) => field.field_type === 'string' && field.enabled)?.slug
  const slug = flow.slug
  const isGivenIds = isAboutOthers(slug)
  return {
    name: `entries.${slug}`,
    flow: slug,
    title: flow.name,
    singular: t.entries.singular,
    about: isGivenIds ? t.entries.aboutOthers : undefined,
    newTitle: t.entries.new(flow.name),
    path: `/v2/flows/${slug}/entries`,
    base: own(isGivenIds ? { editable: true, immutable: true, hint: t.entries.idHint } : {}),
    quick: named ? [named] : [],
    columns: isGivenIds ? ['id', 'created_at'] : ['created_at'],
    defaultSort: 'created_at',
    documented: 'ids',
    labelOf: (record) => String((!isGivenIds && named && record[named]) || record.id),
    list: async (query) => (await body(api.GET('/v2/flows/{flow}/entries', { params: { path: { flow: slug }, query } }))) as unknown as Page,
    read: async (entry) => loaded(await tagged(api.GET('/v2/flows/{flow}/entries/{entry}', { params: { path: { flow: slug, entry } } }))),
    create: async (data) => loaded(await tagged(api.POST('/v2/flows/{flow}/entries', { params: { path: { flow: slug } }, body: { data: { type: 'entry', ...data } } }))),
    update: async (entry, data, etag) =>
      loaded(await tagged(api.PUT('/v2/flows/{flow}/entries/{entry}', { params: { path: { flow: slug, entry }, header: ifMatch(etag) }, body: { data: { type: 'entry', ...data } } }))),
    remove: (entry) => body(api.DELETE('/v2/flows/{flow}/entries/{entry}', { params: { path: { flow: slug, entry }, header: ANY } })),
  }
}

/** Says what a record refers to, whatever resource it is of: each has its entry in the flow that extends it. */
export async function setReferences(flow: string, entry: string, field: string, references: Reference[], etag: string | null): Promise<string | null> {
  const params = { path: { flow, entry, field }, header: ifMatch(etag) }
  const answer = await tagged(api.PUT('/v2/flows/{flow}/entries/{entry}/relationships/{field}', { params, body: { data: references } }))
  return answer.etag
}

/** No record is in the state that this names, so a change that is based on it is never made. */
const NO_STATE = '"none"'

/**
 * What the server says of a value of a record, without writing it: nothing, or it throws the refusal. The server looks
 * at the value before it looks at the state. A strict store knows no states, and would write it.
 */
export async function rehearse(resource: Resource, id: string, { slug, field }: Attribute, value: unknown): Promise<void> {
  const params = { path: { flow: resource.flow, entry: id }, header: ifMatch(NO_STATE) }
  try {
    if (field) await body(api.PUT('/v2/flows/{flow}/entries/{entry}', { params, body: { data: { type: 'entry', [slug]: value } } }))
    else await resource.update(id, { [slug]: value }, NO_STATE)
  } catch (error) {
    if (!(error instanceof Failure && error.status === 412)) throw error
  }
}
