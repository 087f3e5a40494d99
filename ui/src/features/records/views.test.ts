import { expect, test } from 'vitest'
import { fitted } from './columns'
import { filterText } from './filter'
import { customers } from './resource'
import { askable, differs, keptOf, readViews } from './views'

const known = ['name', 'email', 'tier']
const search = { q: 'ron', filter: { any: false, items: [{ field: 'name', op: 'is' as const, value: 'Ron' }] }, sort: '-name', size: 50 }
const view = { id: '1', name: 'Rons', isDefault: true, search: keptOf(search), columns: { order: ['tier', 'name'], shown: ['tier', 'name'], widths: {}, frozen: 1 } }

test('views are read as they were kept, and nonsense is left out', () => {
  expect(readViews(JSON.parse(JSON.stringify([view, { id: 2 }, null, 'x'])))).toEqual([view])
  expect(readViews({})).toEqual([])
  expect(readViews([{ id: '2', name: 'Odd', search: { size: 7, filter: 'x' }, columns: 'y' }])).toEqual([
    { id: '2', name: 'Odd', isDefault: false, search: {}, columns: { 0: 'y' } },
  ])
})

test('a view differs from what the list shows once that was changed, but not for its page or a field that is gone', () => {
  const choice = fitted(view.columns, known, ['name'])
  expect(differs(view, { ...search, page: 3, view: '1' }, choice, known, ['name'])).toBe(false)
  expect(differs(view, { ...search, q: undefined }, choice, known, ['name'])).toBe(true)
  expect(differs(view, search, { ...choice, frozen: 0 }, known, ['name'])).toBe(true)
  expect(differs({ ...view, search: {} }, { filter: { any: false, items: [] } }, choice, known, ['name'])).toBe(false)
  const left = ['name', 'email']
  expect(differs(view, search, fitted(view.columns, left, ['name']), left, ['name'])).toBe(false)
})

test('what a list cannot be asked about is left out and named', () => {
  const filter = { any: true, items: [{ field: 'gone', op: 'yes' as const }, { any: false, items: [{ field: 'name', op: 'is' as const, value: 'Ron' }, { field: 'lost', op: 'empty' as const }] }] }
  const asked = askable({ filter, sort: '-old' }, customers.base)
  expect([...asked.gone].sort()).toEqual(['gone', 'lost', 'old'])
  expect(asked.sort).toBeUndefined()
  expect(asked.filter && filterText(asked.filter)).toBe('eq(name,"Ron")')
  expect(askable({ sort: '-name,email' }, customers.base)).toEqual({ filter: undefined, sort: '-name,email', gone: [] })
  expect(askable({}, customers.base).gone).toEqual([])
})
