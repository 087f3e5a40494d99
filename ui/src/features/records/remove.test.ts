import { expect, test } from 'vitest'
import { Failure } from '../../api/errors'
import { removeAll, removeEach } from './remove'
import type { RecordData, Resource } from './resource'

const never = new AbortController().signal

function shop(ids: string[], refuse: (id: string) => number | undefined = () => undefined) {
  const kept = new Set(ids)
  const asked: string[] = []
  const resource = {
    list: async () => ({ data: [...kept].slice(0, 100).map((id) => ({ id }) as RecordData), links: {}, meta: { results: { total: kept.size } } }),
    remove: async (id: string) => {
      asked.push(id)
      const status = refuse(id)
      if (status) throw new Failure(status, [])
      kept.delete(id)
    },
  } as unknown as Resource
  return { resource, kept, asked }
}

const ids = (count: number) => Array.from({ length: count }, (_, index) => `${index}`)

test('all that a list finds is deleted, page by page', async () => {
  const { resource, kept } = shop(ids(250))
  const gone = new Set<string>()
  const counts: number[] = []
  await removeAll(resource, {}, gone, never, (count) => counts.push(count))
  expect([kept.size, gone.size, counts.at(-1)]).toEqual([0, 250, 250])
})

test('who stops it keeps the rest', async () => {
  const { resource, kept } = shop(ids(50))
  const stop = new AbortController()
  await removeAll(resource, {}, new Set(), stop.signal, (count) => count === 10 && stop.abort())
  expect(kept.size).toBeGreaterThan(30)
})

test('a record that is gone already counts, and a refusal stops all until it is tried again', async () => {
  let isBroken = true
  const { resource, asked } = shop(ids(50), (id) => (id === '1' ? 404 : id === '9' && isBroken ? 503 : undefined))
  const gone = new Set<string>()
  await expect(removeEach(resource, ids(50), gone, never, () => {})).rejects.toThrow('503')
  expect(gone.has('1')).toBe(true)
  expect(asked.length).toBeLessThan(20)
  isBroken = false
  const before = asked.length
  await removeEach(resource, ids(50), gone, never, () => {})
  expect(gone.size).toBe(50)
  expect(new Set(asked.slice(before)).has('1')).toBe(false)
})
