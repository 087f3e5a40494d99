import { expect, test } from 'vitest'
import type { Field, Flow } from '../../api/client'
import { addresses, attributeOf, customers, entries } from './resource'
import { strictly } from './schema'

test('lists of a strict store are asked for nothing that the platform does not document', () => {
  const title = { slug: 'title', name: 'Title', field_type: 'string', validation_rules: [], enabled: true } as unknown as Field
  const shelves = entries({ slug: 'shelves', name: 'Shelves' } as Flow, [title])
  const usable = (resource: typeof customers) => {
    const all = [...resource.base, attributeOf(title)].map((attribute) => strictly(attribute, resource))
    return [all.filter(({ operators }) => operators.length > 0).map(({ slug }) => slug), all.filter(({ sortable }) => sortable).map(({ slug }) => slug)]
  }
  expect(usable(customers)).toEqual([['name', 'email', 'external_ref', 'id', 'created_at', 'updated_at'], ['name', 'email', 'id', 'created_at', 'updated_at']])
  expect(usable(addresses('c', []))).toEqual([[], []])
  expect(usable(shelves)).toEqual([['id'], []])
})
