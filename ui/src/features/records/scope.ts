/** Which records of a list something is done to. */
import { clause } from './filter'
import { walk } from './paging'
import type { Attribute, ListQuery, RecordData, Resource } from './resource'

export interface Scope {
  /** What finds them. */
  query: ListQuery
  count: number
  /** Whether they were selected one by one. */
  isSelection: boolean
  /** They themselves, where no query finds them. */
  records?: RecordData[]
}

/** Less than a filter can have, with room for what else is in an address. */
const MAX_FILTER = 6_000

/** The records that were selected, to be read anew when it is time, as far as the list can be asked for them. */
export function scopeOf(selected: RecordData[], query: ListQuery, attributes: Attribute[]): Scope {
  const filter = clause({ field: 'id', op: 'any_of', value: selected.map(({ id }) => id) })
  const canAsk = attributes.some(({ slug, operators }) => slug === 'id' && operators.includes('any_of')) && filter !== undefined && filter.length <= MAX_FILTER
  const chosen = { query: { filter, sort: query.sort }, count: selected.length, isSelection: true }
  return canAsk ? chosen : { ...chosen, records: selected }
}

export async function* pagesOfScope(resource: Resource, { records, query }: Scope, signal?: AbortSignal): AsyncGenerator<RecordData[]> {
  if (records) yield records
  else for await (const page of walk(resource.list, query, signal)) yield page.data
}
