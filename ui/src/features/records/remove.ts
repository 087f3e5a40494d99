/** Deletes many records. */
import { Failure } from '../../api/errors'
import type { ListQuery, RecordData, Resource } from './resource'

/** How many records are deleted at the same time. */
const AT_ONCE = 4
const PAGE = 100

/**
 * Deletes records, and adds the ids of those that are gone to `gone`, also when somebody else was first. The first
 * refusal stops it and is thrown.
 */
export async function removeEach(resource: Resource, ids: string[], gone: Set<string>, signal: AbortSignal, onStep: (count: number) => void) {
  const left = ids.filter((id) => !gone.has(id)).values()
  const refusals: unknown[] = []
  async function work() {
    while (!signal.aborted && refusals.length === 0) {
      const { value: id, done } = left.next()
      if (done) return
      try {
        await resource.remove(id)
      } catch (error) {
        if (!(error instanceof Failure && error.status === 404)) {
          refusals.push(error)
          return
        }
      }
      gone.add(id)
      onStep(gone.size)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  if (refusals.length > 0) throw refusals[0]
}

/** Deletes all that a list finds, until it finds none. */
export async function removeAll(resource: Resource, { filter }: ListQuery, gone: Set<string>, signal: AbortSignal, onStep: (count: number) => void) {
  const matching = async () => (await resource.list({ filter, 'page[limit]': PAGE })).data.filter(({ id }: RecordData) => !gone.has(id))
  for (let page = await matching(); page.length > 0 && !signal.aborted; page = await matching()) {
    await removeEach(resource, page.map(({ id }) => id), gone, signal, onStep)
  }
}
