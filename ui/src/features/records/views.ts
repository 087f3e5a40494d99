/** Views: a list as someone keeps it under a name, in this browser. */
import { type ColumnChoice, fitted } from './columns'
import { type Condition, type Group, isGroup } from './filter'
import type { Attribute } from './resource'
import { type ListSearch, readListSearch } from './search'
import { same } from './values'

/** What a view keeps of the address of a list: all but the page. */
export type Kept = Pick<ListSearch, 'q' | 'by' | 'mode' | 'filter' | 'sort' | 'size'>

export interface View {
  id: string
  name: string
  /** Whether the list begins with it. */
  isDefault: boolean
  search: Kept
  columns: Partial<ColumnChoice>
}

/** In the address of a list: no view, although one is the default. */
export const NO_VIEW = 'none'

export function keptOf({ q, by, mode, filter, sort, size }: ListSearch): Kept {
  return { q, by, mode, filter: filter && filter.items.length > 0 ? filter : undefined, sort, size }
}

/** The views that a browser remembers, as far as they can be read. */
export function readViews(stored: unknown): View[] {
  if (!Array.isArray(stored)) return []
  return stored
    .filter((one): one is View => typeof one?.id === 'string' && typeof one.name === 'string')
    .map(({ id, name, isDefault, search, columns }) => ({ id, name, isDefault: isDefault === true, search: keptOf(readListSearch({ ...search })), columns: { ...columns } }))
}

/** Whether a list shows something else than its view says; columns are compared as far as their fields are still there. */
export function differs(view: View, search: ListSearch, choice: ColumnChoice, known: string[], begin: string[]): boolean {
  return !same(view.search, keptOf(search)) || !same(fitted(view.columns, known, begin), choice)
}

interface Askable {
  filter?: Group
  sort?: string
  /** The slugs of what cannot be asked about. */
  gone: string[]
}

/** The conditions and the order that a list can be asked for. Fields come and go, and views and links stay. */
export function askable({ filter, sort }: ListSearch, attributes: Attribute[]): Askable {
  const gone = new Set<string>()
  const can = ({ field, op }: Condition) => attributes.some(({ slug, operators }) => slug === field && operators.includes(op)) || !gone.add(field)
  const kept = (group: Group): Group => ({ ...group, items: group.items.map((item) => (isGroup(item) ? kept(item) : item)).filter((item) => isGroup(item) || can(item)) })
  const isSortable = (by: string) => attributes.some(({ slug, sortable }) => slug === by && sortable) || !gone.add(by)
  const all = (sort ?? '').split(',').map((by) => isSortable(by.replace(/^-/, '')))
  return { filter: filter && kept(filter), sort: sort && all.every(Boolean) ? sort : undefined, gone: [...gone].filter(Boolean) }
}
