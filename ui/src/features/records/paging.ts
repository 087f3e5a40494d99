/** Pages of a list by where they begin: an offset reaches the first of them, from there on cursors lead. */
import { Failure } from '../../api/errors'
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
export async function* walk(list: Resource['list'], { filter, sort }: ListQuery, signal?: AbortSignal): AsyncGenerator<Page> {
  const query = { filter, sort, 'page[limit]': LONGEST_PAGE }
  let page = await patiently(() => list({ ...query, 'page[cursor]': '' }), signal)
  yield page
  while (page.links.next) {
    const next = nextOf(page)
    page = await patiently(() => list({ ...query, ...next, 'page[total_method]': 'observed' }), signal)
    yield page
  }
}

/** How often something is tried that may fare better in a while. */
const TRIES = 5

/** Tries again what fails because there were too many requests, or because the server is gone for a moment. */
export async function patiently<T>(ask: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await ask()
    } catch (error) {
      const seconds = error instanceof Failure && error.status === 429 ? (error.retryAfter ?? tries) : error instanceof TypeError ? 2 ** (tries - 1) : undefined
      if (seconds === undefined || tries === TRIES) throw error
      await pause(seconds * 1000, signal)
      if (signal?.aborted) throw error
    }
  }
}

function pause(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal?.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    }, { once: true })
  })
}

/** Where the next page begins. */
function nextOf({ links }: Page): Pick<ListQuery, 'page[cursor]' | 'page[offset]'> {
  const query = new URLSearchParams(links.next?.split('?')[1])
  const [cursor, offset] = [query.get('page[cursor]'), query.get('page[offset]')]
  return cursor !== null ? { 'page[cursor]': cursor } : offset !== null ? { 'page[offset]': Number(offset) } : {}
}
