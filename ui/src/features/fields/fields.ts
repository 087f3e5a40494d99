/** Fields as they are asked for and changed. */
import { queryOptions, useQuery } from '@tanstack/react-query'
import { api, body, type Field, type FieldInput, tagged } from '../../api/client'

export const fieldsKey = (flow: string) => ['fields', flow] as const

export const fieldsQuery = (flow: string) =>
  queryOptions({
    queryKey: fieldsKey(flow),
    queryFn: async () => {
      const list = await body(api.GET('/v2/flows/{flow}/fields', { params: { path: { flow } } }))
      return list.data as unknown as Field[]
    },
    // An index that is being built or emptied is watched until it is done.
    refetchInterval: ({ state }) => (state.data?.some((field) => field.index_state === 'building' || field.index_state === 'clearing') ? 700 : false),
  })

export function useFields(flow: string, enabled = true) {
  return useQuery({ ...fieldsQuery(flow), enabled })
}

export async function readField(field: string) {
  const { body: answer, etag } = await tagged(api.GET('/v2/fields/{field}', { params: { path: { field } } }))
  return { field: answer.data as unknown as Field, etag }
}

export async function createField(flowId: string, input: FieldInput): Promise<Field> {
  const data = { type: 'field', ...input, relationships: { flow: { data: { type: 'flow', id: flowId } } } }
  return (await body(api.POST('/v2/fields', { body: { data } as never }))).data as unknown as Field
}

export async function updateField(field: string, input: FieldInput, etag?: string | null): Promise<Field> {
  const header = etag ? { 'If-Match': etag } : {}
  const data = { type: 'field', ...input }
  return (await body(api.PUT('/v2/fields/{field}', { params: { path: { field }, header }, body: { data } as never }))).data as unknown as Field
}

export async function deleteField(field: string) {
  // `*` is what a store that asks every change for its state takes from someone who means whatever there is.
  await body(api.DELETE('/v2/fields/{field}', { params: { path: { field }, header: { 'If-Match': '*' } } }))
}

/** How many records of a flow a filter finds, or there are. */
export async function countMatching(flow: string, filter?: string): Promise<number> {
  const query = { filter, 'page[limit]': 1 }
  return (await body(api.GET('/v2/flows/{flow}/entries', { params: { path: { flow }, query } }))).meta.results.total
}

/** How many records there are, and how many have a value in the field. */
export async function countValues(flow: string, slug: string): Promise<{ used: number; all: number }> {
  const [used, all] = await Promise.all([countMatching(flow, `not(is_null(${slug}))`), countMatching(flow)])
  return { used, all }
}
