/** Pages of a list by where they begin: an offset reaches the first of them, from there on cursors lead. */
import type { ListQuery, Page, Resource } from './resource'

/** The API takes no offset behind this. */
export const MAX_OFFSET = 10_000
const LONGEST_PAGE = 100

/** A page, with the query that gives it. */
export type AskedPage = Page & { asked: ListQuery }

/** The pages of one list. Each leads to the next; what lies between is walked through when someone comes by another way. */
export function pagesOf(list: Resource['list'], query: ListQuery) {
  const cursors = new Map<number, string>()

  async function ask(offset: number, limit: number): Promise<AskedPage> {
    const cursor = cursors.get(offset)
    const asked = { ...query, 'page[limit]': limit, ...(cursor ? { 'page[cursor]': cursor } : { 'page[offset]': offset }) }
    const page = await list(asked)
    const next = nextOf(page)['page[cursor]']
    if (next) cursors.set(offset + limit, next)
    else cursors.delete(offset + limit)
    return { ...page, asked }
  }

  return async (offset: number, limit: number): Promise<AskedPage> => {
    let at = Math.min(offset, MAX_OFFSET)
    for (const known of cursors.keys()) if (known <= offset && known > at) at = known
    while (at < offset) {
      const step = Math.min(LONGEST_PAGE, offset - at)
      const page = await ask(at, step)
      at += step
      if (!cursors.has(at)) return { ...page, data: [] }
    }
    return ask(offset, limit)
  }
}

/** All pages of a list. By cursor they have each record once, whatever others write meanwhile; a strict store has offsets alone. */
export async function* walk(list: Resource['list'], { filter, sort }: ListQuery): AsyncGenerator<Page> {
  const query = { filter, sort, 'page[limit]': LONGEST_PAGE }
  let page = await list({ ...query, 'page[cursor]': '' })
  yield page
  while (page.links.next) {
    page = await list({ ...query, ...nextOf(page), 'page[total_method]': 'observed' })
    yield page
  }
}

/** Where the next page begins. */
function nextOf({ links }: Page): Pick<ListQuery, 'page[cursor]' | 'page[offset]'> {
  const query = new URLSearchParams(links.next?.split('?')[1])
  const [cursor, offset] = [query.get('page[cursor]'), query.get('page[offset]')]
  return cursor !== null ? { 'page[cursor]': cursor } : offset !== null ? { 'page[offset]': Number(offset) } : {}
}
