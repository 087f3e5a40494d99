/** What the address of a list says about it, so that a list can be linked to and comes back after a reload. */
import { type Group, isGroup, type QuickMode } from './filter'
import type { Reference } from './resource'

export interface ListSearch {
  /** What quick search looks for, in which attribute, and how. */
  q?: string
  by?: string
  mode?: QuickMode
  filter?: Group
  sort?: string
  page?: number
  size?: number
  /** Which of the views of this browser it was, or `none`. */
  view?: string
}

/** What a new record refers to from the start, by the slugs of its relationships. */
export interface NewSearch {
  refer?: Record<string, Reference[]>
}

export function readNewSearch({ refer }: Record<string, unknown>): NewSearch {
  if (typeof refer !== 'object' || refer === null) return {}
  const isReference = (one: unknown): one is Reference => typeof one === 'object' && one !== null && typeof (one as Reference).id === 'string' && typeof (one as Reference).type === 'string'
  return { refer: Object.fromEntries(Object.entries(refer).filter((entry): entry is [string, Reference[]] => Array.isArray(entry[1]) && entry[1].every(isReference))) }
}

export const QUICK_MODES: QuickMode[] = ['like', 'starts', 'ends', 'is']
export const PAGE_SIZES = [10, 25, 50, 100]

export function readListSearch(search: Record<string, unknown>): ListSearch {
  const text = (name: string) => (search[name] !== undefined && search[name] !== '' ? String(search[name]) : undefined)
  const whole = (name: string) => (Number.isInteger(search[name]) && Number(search[name]) > 0 ? Number(search[name]) : undefined)
  const mode = QUICK_MODES.find((mode) => mode === search.mode)
  return {
    q: text('q'),
    by: text('by'),
    mode,
    filter: isGroup(search.filter) && search.filter.items.length > 0 ? search.filter : undefined,
    sort: text('sort'),
    page: whole('page'),
    size: PAGE_SIZES.includes(whole('size') ?? 0) ? whole('size') : undefined,
    view: text('view'),
  }
}
