import { expect, test, vi } from 'vitest'
import { Failure } from '../../api/errors'
import { pagesOf, patiently, walk } from './paging'
import type { ListQuery, Page } from './resource'

/** A list of numbers that answers as the API does: where no offset reaches the next page, there is a cursor. */
function numbers(total: number) {
  const asked: ListQuery[] = []
  const list = async (query: ListQuery): Promise<Page> => {
    asked.push(query)
    const from = Number(query['page[cursor]'] ?? query['page[offset]'])
    const next = from + (query['page[limit]'] ?? 25)
    const data = Array.from({ length: Math.max(0, Math.min(next, total) - from) }, (_, index) => ({ id: String(from + index) }))
    const link = next > 10_000 ? `page%5Bcursor%5D=${next}&page%5Blimit%5D=25` : `page%5Boffset%5D=${next}`
    return { data, meta: { results: { total } }, links: { next: next < total ? `/v2/numbers?sort=id&${link}` : null } } as Page
  }
  return { list, asked }
}

/** The same of a strict store, which has offsets alone. */
function strictNumbers(total: number) {
  return async (query: ListQuery): Promise<Page> => {
    const from = query['page[offset]'] ?? 0
    const next = from + (query['page[limit]'] ?? 25)
    const data = Array.from({ length: Math.min(next, total) - from }, (_, index) => ({ id: String(from + index) }))
    return { data, meta: { results: { total } }, links: { next: next < total ? `/v2/numbers?page%5Boffset%5D=${next}` : null } } as Page
  }
}

const ids = (page: Page) => page.data.map(({ id }) => Number(id))

test('an offset is asked for where it reaches, and its page leads on', async () => {
  const { list, asked } = numbers(12_000)
  const page = pagesOf(list, { sort: 'id' })
  expect(ids(await page(10_000, 25))[0]).toBe(10_000)
  expect(ids(await page(10_025, 25))[24]).toBe(10_049)
  expect(ids(await page(10_050, 25))[0]).toBe(10_050)
  expect(ids(await page(10_025, 25))[0]).toBe(10_025)
  expect(asked.map((query) => query['page[cursor]'] ?? query['page[offset]'])).toEqual([10_000, '10025', '10050', '10025'])
  expect((await page(10_025, 25)).asked).toEqual({ sort: 'id', 'page[limit]': 25, 'page[cursor]': '10025' })
})

test('a page that nobody has come by is walked to, in long steps', async () => {
  const { list, asked } = numbers(12_000)
  expect(ids(await pagesOf(list, {})(10_325, 25))).toHaveLength(25)
  expect(asked.map((query) => query['page[limit]'])).toEqual([100, 100, 100, 25, 25])
})

test('a page behind the end is empty and tells the total', async () => {
  const { list, asked } = numbers(10_150)
  const page = await pagesOf(list, {})(99_975, 25)
  expect([page.data, page.meta.results.total, asked.length]).toEqual([[], 10_150, 2])
})

test('a walk begins with an empty cursor and ends with the list', async () => {
  const { list, asked } = numbers(250)
  const seen: number[] = []
  for await (const page of walk(list, { sort: 'id', explain: true })) seen.push(...ids(page))
  expect(seen).toEqual(Array.from({ length: 250 }, (_, index) => index))
  expect(asked[0]).toEqual({ sort: 'id', 'page[limit]': 100, 'page[cursor]': '' })
  const strict: number[] = []
  for await (const page of walk(strictNumbers(250), {})) strict.push(...ids(page))
  expect(strict).toEqual(seen)
})

test('too many requests, and a server that is gone for a moment, are waited for', async () => {
  vi.useFakeTimers()
  const troubles = [new Failure(429, [], 3), new TypeError('Failed to fetch')]
  const ask = vi.fn(async () => {
    const trouble = troubles.shift()
    if (trouble) throw trouble
    return 'here'
  })
  const answer = patiently(ask)
  await vi.advanceTimersByTimeAsync(2_999)
  expect(ask).toHaveBeenCalledTimes(1)
  await vi.advanceTimersByTimeAsync(10_000)
  expect(await answer).toBe('here')

  // What is refused is refused again, and nobody waits who has stopped.
  await expect(patiently(async () => Promise.reject(new Failure(422, [])))).rejects.toThrow('422')
  const stop = new AbortController()
  const stopped = expect(patiently(async () => Promise.reject(new Failure(429, [], 60)), stop.signal)).rejects.toThrow('429')
  stop.abort()
  await stopped
  vi.useRealTimers()
})
