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
    const next = /[?&]page(?:\[|%5B)cursor(?:\]|%5D)=([^&]+)/i.exec(page.links.next ?? '')?.[1]
    if (next) cursors.set(offset + limit, decodeURIComponent(next))
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
