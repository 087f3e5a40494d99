import { expect, test } from 'vitest'
import { readListSearch, readNewSearch } from './search'

test('an address says what a list shows, and nothing that a list cannot show', () => {
  const filter = { any: false, items: [{ field: 'tier', op: 'is', value: 'Gold' }] }
  expect(readListSearch({ q: 7, mode: 'starts', filter, sort: '-name', page: 3, size: 50, view: 'view-1' })).toEqual({ q: '7', by: undefined, mode: 'starts', filter, sort: '-name', page: 3, size: 50, view: 'view-1' })
  expect(Object.values(readListSearch({ q: '', mode: 'near', filter: { items: [] }, page: -1, size: 7 })).filter((value) => value !== undefined)).toEqual([])
})

test('a new record refers to what its address names', () => {
  const refer = { owner: [{ type: 'customers', id: '1' }] }
  expect(readNewSearch({ refer: { ...refer, friends: [7], title: 'x' } })).toEqual({ refer })
  expect(readNewSearch({ refer: 'x' })).toEqual({})
})
