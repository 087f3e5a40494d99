import { expect, test } from 'vitest'
import type { Field } from '../../api/client'
import { Failure } from '../../api/errors'
import { apply, broken, extend, newPlan, undo } from './bulk'
import { attributeOf, type RecordData, type Resource } from './resource'

const field = (slug: string, field_type: string, more: object = {}) => attributeOf({ slug, field_type, name: slug, validation_rules: [], required: false, ...more } as unknown as Field)
const points = field('points', 'integer', { validation_rules: [{ type: 'max', options: 9 }] })
const never = new AbortController().signal

/** Records that are kept as the API keeps them, with a version as their tag. */
function shop(values: Record<string, unknown>) {
  const records = new Map(Object.entries(values).map(([id, value]) => [id, { value, version: 1 }]))
  const shown = (id: string) => {
    const found = records.get(id)
    if (!found) throw new Failure(404, [])
    const record = { id, points: found.value, meta: { timestamps: { created_at: '', updated_at: String(found.version) } } } as unknown as RecordData
    return { record, etag: String(found.version) }
  }
  const write = (id: string, value: unknown) => records.set(id, { value, version: (records.get(id)?.version ?? 0) + 1 })
  const resource = {
    labelOf: ({ id }: RecordData) => `No. ${id}`,
    read: async (id: string) => shown(id),
    update: async (id: string, data: { points: unknown }, etag: string) => {
      if (etag !== shown(id).etag) throw new Failure(412, [])
      if (data.points === 'down') throw new Failure(503, [])
      write(id, data.points)
      return shown(id)
    },
  } as unknown as Resource
  return { resource, write, all: () => [...records.keys()].map((id) => shown(id).record), valueOf: (id: string) => records.get(id)?.value }
}

test('a change is planned for each record', () => {
  const { resource, all } = shop({ 1: 5, 2: 7, 3: null })
  expect(extend(newPlan(), { resource, attribute: points, value: 7 }, all())).toMatchObject({ changes: [{ id: '1', label: 'No. 1', before: 5 }, { id: '3', before: null }], same: 1, refused: [] })
  const settled = { ...points, immutable: true }
  expect(extend(newPlan(), { resource, attribute: settled, value: 7 }, all())).toMatchObject({ changes: [{ id: '3' }], same: 1, refused: [{ id: '1' }] })
})

test('the rules of the field can be asked without a server', () => {
  const { resource } = shop({})
  expect(broken({ resource, attribute: points, value: 10 })).toBe('It is at most 9.')
  expect(broken({ resource, attribute: points, value: 9 })).toBeUndefined()
  expect(broken({ resource, attribute: field('tier', 'string', { required: true }), value: null })).toBe('A value is required.')
})

test('nobody’s change is overwritten, neither by the change nor by taking it back', async () => {
  const { resource, write, all, valueOf } = shop({ 1: 1, 2: 2, 3: 3, 4: 4 })
  const change = { resource, attribute: points, value: 9 }
  const plan = extend(newPlan(), change, all())
  write('2', 20)
  const counts: number[] = []
  const outcome = await apply(change, plan.changes, never, (count) => counts.push(count))
  expect([outcome.done.map(({ id }) => id), outcome.failed.map(({ id }) => id), outcome.rest]).toEqual([['1', '3', '4'], ['2'], []])
  expect(counts.at(-1)).toBe(4)
  write('3', 30)
  const undone = await undo(change, outcome.done, never, () => {})
  expect([undone.done.map(({ id }) => id), undone.failed.map(({ id }) => id)]).toEqual([['1', '4'], ['3']])
  expect(['1', '2', '3', '4'].map(valueOf)).toEqual([1, 20, 30, 4])
  // A strict store names no states.
  const plain = await apply(change, extend(newPlan(), change, all()).changes, never, () => {})
  write('4', 40)
  expect((await undo(change, plain.done.map((one) => ({ ...one, etag: null })), never, () => {})).failed.map(({ id }) => id)).toEqual(['4'])
})

test('who stops it, or a server that is gone, leaves the rest for later', async () => {
  const { resource, all, valueOf } = shop({ 1: 1, 2: 2 })
  const change = { resource, attribute: points, value: 9 }
  const { changes } = extend(newPlan(), change, all())
  expect(await apply(change, changes, AbortSignal.abort(), () => {})).toEqual({ done: [], failed: [], rest: changes })
  const halted = await apply({ ...change, value: 'down' }, changes, never, () => {})
  expect([halted.rest.length, halted.failed, halted.halted]).toEqual([2, [], 'The server answered with status 503.'])
  expect([valueOf('1'), valueOf('2')]).toEqual([1, 2])
})

test('what was written although its answer was lost is known when it is tried again, and can be taken back', async () => {
  const { resource, write, all, valueOf } = shop({ 1: 1, 2: 2, 3: 3, 4: 4 })
  const change = { resource, attribute: points, value: 9 }
  const { changes } = extend(newPlan(), change, all())
  const { update } = resource
  let lost = 0
  resource.update = async (...args) => {
    const answer = await update(...args)
    if (args[0] === '1' || args[0] === '2') {
      lost += 1
      throw args[0] === '1' ? new TypeError('Failed to fetch') : new Failure(500, [])
    }
    return answer
  }
  const halted = await apply(change, changes, never, () => {})
  expect([lost, halted.failed, halted.rest.map(({ id, isUnsure }) => [id, isUnsure])]).toEqual([2, [], [['1', true], ['2', true]]])
  resource.update = update
  // Someone else has changed the second since, and that stays.
  write('2', 20)
  const again = await apply(change, halted.rest, never, () => {})
  expect([again.done.map(({ id }) => id), again.failed.map(({ id }) => id)]).toEqual([['1'], ['2']])
  await undo(change, [...halted.done, ...again.done], never, () => {})
  expect(['1', '2', '3', '4'].map(valueOf)).toEqual([1, 20, 3, 4])
})

test('a record that the server fails on comes last when it is tried again', async () => {
  const { resource, all, valueOf } = shop(Object.fromEntries(Array.from({ length: 20 }, (_, index) => [index + 1, index + 1])))
  const change = { resource, attribute: points, value: 99 }
  const { update } = resource
  resource.update = async (...args) => {
    if (args[0] === '1') throw new Failure(500, [])
    return update(...args)
  }
  const halted = await apply(change, extend(newPlan(), change, all()).changes, never, () => {})
  expect(halted.rest.at(-1)?.id).toBe('1')
  const again = await apply(change, halted.rest, never, () => {})
  expect([again.rest.map(({ id }) => id), valueOf('20')]).toEqual([['1'], 99])
})
