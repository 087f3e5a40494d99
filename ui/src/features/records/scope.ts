/** Which records of a list something is done to. */
import { walk } from './paging'
import type { ListQuery, RecordData, Resource } from './resource'

export interface Scope {
  /** Those that are selected one by one; all that the query finds without them. */
  records?: RecordData[]
  query: ListQuery
  count: number
}

export async function* pagesOfScope(resource: Resource, { records, query }: Scope): AsyncGenerator<RecordData[]> {
  if (records) yield records
  else for await (const page of walk(resource.list, query)) yield page.data
}
