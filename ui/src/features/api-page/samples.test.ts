import { expect, test } from 'vitest'
import type { Field } from '../../api/client'
import { curlSamples, exampleOf, sampleOf, sdkSample, typeSample } from './samples'

const field = (slug: string, field_type: string, validation_rules: object[] = [], more: object = {}) =>
  ({ slug, field_type, validation_rules, enabled: true, omit_null: false, ...more }) as unknown as Field

const fields = [
  field('tier', 'string', [{ type: 'enum', options: ['Gold', 'Silver'] }]),
  field('loyalty-points', 'integer', [{ type: 'between', options: { from: 5, to: 9 } }]),
  field('hidden', 'string', [], { enabled: false }),
  field('friends', 'relationship'),
]

test('examples keep the rules that can be read', () => {
  expect(exampleOf(fields[0] as Field)).toBe('Gold')
  expect(exampleOf(fields[1] as Field)).toBe(5)
  expect(exampleOf(field('mail', 'string', [{ type: 'email' }]))).toContain('@')
})

test('a sample can be sent: it leaves out what only a person can make up, unless it is required', () => {
  const pattern = [{ type: 'pattern', options: '^C-[0-9]$' }]
  expect(sampleOf('cards', [field('code', 'string', pattern)])).toMatchObject({ body: { type: 'entry' }, filter: undefined })
  expect(sampleOf('cards', [field('code', 'string', pattern, { required: true })]).body).toEqual({ type: 'entry', code: '…' })
  expect(sampleOf('products', []).body).toEqual({ type: 'entry', id: 'the-id-of-the-record' })
})

test('samples name the fields of the shop', () => {
  const sample = sampleOf('customers', fields)
  expect(sample).toMatchObject({ path: '/v2/customers', body: { type: 'customer', tier: 'Gold', 'loyalty-points': 5 }, filter: 'eq(tier,"Gold")', sort: '-loyalty-points' })
  const address = curlSamples(sampleOf('addresses', [field('gate', 'string')]), 'http://x')
  expect(address.create).toContain(`'http://x/v2/customers/'$CUSTOMER'/addresses'`)
  expect(address.create).toContain('"gate": "some text"')
  expect(address.update).toContain(`'http://x/v2/customers/'$CUSTOMER'/addresses/'$ID \\`)
  expect(sdkSample(sampleOf('addresses', []), 'addresses', new URL('http://x:1'), 'id')).toContain('shop.CustomerAddresses.Create({ customer: customerId, body: {')
  expect(sample.body).not.toHaveProperty('hidden')
  expect(curlSamples(sample, 'http://x').list).toContain(`'filter=eq(tier,"Gold")'`)
  expect(curlSamples(sample, 'http://x').update).toContain(`'http://x/v2/customers/'$ID`)
  expect(sdkSample(sample, 'customers', new URL('http://x:1'), 'id')).toContain("host: 'x:1'")
  expect(typeSample('Customer', sample.fields)).toBe('interface Customer {\n  tier: "Gold" | "Silver" | null\n  "loyalty-points": number | null\n}')
})
