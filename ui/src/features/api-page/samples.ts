/** Requests with the shop's own fields in them, ready to be pasted. */
import type { Field } from '../../api/client'
import { numberOf, toJson } from '../../api/json'
import { curl, curlWithQuery } from '../../components/curl'
import { readRules } from '../fields/rules'
import { isAboutOthers } from '../flows/flows'

/** A value that the field takes, as far as its rules can be read: what matches a pattern is for a person to say. */
export function exampleOf(field: Field): unknown {
  const { choices, ranges, formats, min, minLength, pattern } = readRules(field.validation_rules)
  const first = choices[0] ?? ranges[0]?.from ?? (min || undefined)
  switch (field.field_type) {
    case 'integer':
      return first === undefined ? 120 : numberOf(first)
    case 'float':
      return first === undefined ? 0.15 : numberOf(first)
    case 'boolean':
      return true
    case 'date':
      return first ?? '2026-12-24'
    default:
      if (first !== undefined) return first
      if (formats.includes('email')) return 'someone@example.com'
      if (formats.includes('uuid')) return '01a2096d-86d2-7335-87a5-f5d29fe3eba6'
      if (formats.includes('slug')) return 'some-slug'
      return pattern ? undefined : 'some text'.padEnd(Number(minLength) || 0, '.')
  }
}

export interface Sample {
  path: string
  /** A new record with a value for each field. */
  body: Record<string, unknown>
  filter?: string
  sort?: string
  fields: Field[]
}

/** What this server keeps besides entries. An address has every text, as any of them can be mandatory. */
const HOSTED: Record<string, { path: string; base: Record<string, unknown> }> = {
  customers: { path: '/v2/customers', base: { type: 'customer', name: 'Ron Swanson', email: 'ron.swanson@example.com' } },
  addresses: {
    path: '/v2/customers/$CUSTOMER/addresses',
    base: {
      type: 'address',
      name: 'Home',
      first_name: 'Ron',
      last_name: 'Swanson',
      company_name: 'Very Good Building and Development',
      phone_number: '+1 555 0100',
      line_1: '1 Sunny Street',
      line_2: 'Behind the woodshop',
      city: 'Pawnee',
      postcode: '47998',
      county: 'Wamapoke',
      region: 'Indiana',
      country: 'US',
      instructions: 'Ring twice',
    },
  },
}

export function sampleOf(slug: string, fields: Field[]): Sample {
  const enabled = fields.filter((field) => field.enabled && field.field_type !== 'relationship')
  const examples = enabled.map((field) => [field.slug, exampleOf(field) ?? (field.required ? '…' : undefined)] as const)
  const values = Object.fromEntries(examples.filter(([, value]) => value !== undefined))
  const { path, base } = HOSTED[slug] ?? { path: `/v2/flows/${slug}/entries`, base: { type: 'entry', ...(isAboutOthers(slug) ? { id: 'the-id-of-the-record' } : {}) } }
  const known = enabled.filter(({ slug }) => slug in values)
  const ordered = known.find((field) => field.field_type === 'integer' || field.field_type === 'float' || field.field_type === 'date')
  const asked = known.find((field) => field !== ordered && field.field_type !== 'boolean') ?? ordered
  return {
    path,
    body: { ...base, ...values },
    filter: asked && `eq(${asked.slug},"${String(values[asked.slug]).replace(/[\\"]/g, '\\$&')}")`,
    sort: ordered && `-${ordered.slug}`,
    fields: enabled,
  }
}

export function curlSamples({ path, body, filter, sort }: Sample, origin?: string) {
  const query: [string, string][] = [...(filter ? [['filter', filter] as [string, string]] : []), ...(sort ? [['sort', sort] as [string, string]] : []), ['page[limit]', '25']]
  return {
    create: filledIn(curl('POST', path, { data: body }, origin)),
    list: filledIn(curlWithQuery(path, query, origin)),
    update: filledIn(curl('PUT', `${path}/$ID`, { data: { type: body.type, ...Object.fromEntries(Object.entries(body).slice(-1)) } }, origin)),
  }
}

/** The shell fills in what stands outside of the quotes. */
const filledIn = (command: string) => command.replaceAll(/\/(\$ID|\$CUSTOMER)(?=[/'])/g, `/'$1'`).replaceAll(`''`, '')

/** The same with the platform's own JavaScript SDK, whose filter knows objects and not the quotes of ours. */
export function sdkSample(sample: Sample, slug: string, origin: URL, clientId: string): string {
  const { body } = sample
  const connection = [
    "import { gateway } from '@elasticpath/js-sdk'",
    '',
    'const shop = gateway({',
    `  host: '${origin.host}',`,
    `  protocol: '${origin.protocol.replace(':', '')}',`,
    `  client_id: '${clientId}',`,
    '  client_secret: process.env.CLIENT_SECRET,',
    '})',
    '',
  ]
  const indented = (value: unknown) => toJson(value, 2)
  const { type: _, ...values } = body
  if (slug === 'customers') {
    return [...connection, `const { data: customer } = await shop.Customers.Create(${indented(values)})`, '', 'const found = await shop.Customers.Filter({ like: { name: "*swan*" } }).All()'].join('\n')
  }
  if (slug === 'addresses') {
    return [...connection, `const { data: address } = await shop.CustomerAddresses.Create({ customer: customerId, body: ${indented(values)} })`, '', 'const { data: addresses } = await shop.CustomerAddresses.All({ customer: customerId })'].join('\n')
  }
  return [...connection, `const entry = await shop.Flows.CreateEntry('${slug}', ${indented(values)})`, '', `const entries = await shop.Flows.GetEntries('${slug}')`].join('\n')
}

const TS_TYPES: Record<string, string> = { string: 'string', integer: 'number', float: 'number', boolean: 'boolean', date: 'string' }

/** A TypeScript type of what the fields add to a record. */
export function typeSample(name: string, fields: Field[]): string {
  const lines = fields.map((field) => {
    const { choices, ranges } = readRules(field.validation_rules)
    const literal = (choice: string) => (field.field_type === 'string' ? JSON.stringify(choice) : choice)
    const closed = choices.length > 0 && ranges.length === 0 && field.field_type !== 'date'
    const type = closed ? choices.map(literal).join(' | ') : (TS_TYPES[field.field_type] ?? 'unknown')
    const key = /^[A-Za-z_][A-Za-z0-9_]*$/.test(field.slug) ? field.slug : JSON.stringify(field.slug)
    return `  ${key}${field.omit_null ? '?' : ''}: ${type}${field.omit_null ? '' : ' | null'}`
  })
  return `interface ${name} {\n${lines.join('\n')}\n}`
}
