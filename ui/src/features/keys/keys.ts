import { useQuery } from '@tanstack/react-query'
import { api, body, type Schemas } from '../../api/client'

export type Key = Schemas['ApplicationKey']

export const keysKey = ['keys'] as const

/** All application keys, page after page. */
export function useKeys() {
  return useQuery({
    queryKey: keysKey,
    queryFn: async () => {
      const keys: Key[] = []
      for (let total = 1; keys.length < total; ) {
        const page = await body(api.GET('/v2/application-keys', { params: { query: { 'page[limit]': 100, 'page[offset]': keys.length } } }))
        if (page.data.length === 0) break
        keys.push(...page.data)
        total = page.meta.results.total
      }
      return keys
    },
  })
}

export interface KeyInput {
  name: string
  reserved_rate_limit: number
}

export async function createKey(input: KeyInput): Promise<Key> {
  return (await body(api.POST('/v2/application-keys', { body: { data: { type: 'application_key', ...input } } }))).data
}

export async function updateKey(key: string, input: KeyInput) {
  const params = { path: { key }, header: { 'If-Match': '*' } }
  await body(api.PUT('/v2/application-keys/{key}', { params, body: { data: { type: 'application_key', ...input } } }))
}

export async function deleteKey(key: string) {
  await body(api.DELETE('/v2/application-keys/{key}', { params: { path: { key }, header: { 'If-Match': '*' } } }))
}
