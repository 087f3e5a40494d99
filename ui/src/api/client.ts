/** The public API, typed by `docs/openapi.json`. The Manager speaks to nothing else. */
import createClient from 'openapi-fetch'
import { failureOf } from './errors'
import { parseJson, toJson } from './json'
import type { components, paths } from './schema'
import { currentToken, endSession, type Session } from './session'

export type Schemas = components['schemas']
export type Flow = Schemas['Flow']
export type Rule = { type: string; options?: unknown; to?: string; from?: unknown }
export type Field = Omit<Schemas['Field'], 'validation_rules' | 'unique' | 'default' | 'relationships'> & {
  validation_rules: Rule[]
  unique?: boolean | 'ignore_case'
  default?: unknown
  relationships: { flow: { data: { id: string } } }
}
export type FieldInput = Partial<Omit<Field, 'id' | 'type' | 'links' | 'meta' | 'relationships'>>

export const api = createClient<paths>({ bodySerializer: (body) => toJson(body) })

api.use({
  onRequest({ request }) {
    const token = currentToken()
    if (token) request.headers.set('Authorization', `Bearer ${token}`)
  },
  async onResponse({ request, response }) {
    // Where a token is asked for, 401 is about the secret.
    if (response.status === 401 && !new URL(request.url).pathname.startsWith('/oauth')) endSession(true)
    if (response.ok && response.status !== 204) return exact(response)
  },
})

/** An answer that is read with exact integers. The client asks those for `json()` whose length is told. */
async function exact(response: Response): Promise<Response> {
  const text = await response.text()
  const headers = new Headers(response.headers)
  headers.set('Content-Length', String(text.length))
  return Object.assign(new Response(text, { status: response.status, headers }), { json: async () => parseJson(text) })
}

interface Result<T> {
  data?: T
  error?: unknown
  response: Response
}

/** The body of an answer; a refusal is thrown as a {@link Failure}. */
export async function body<T>(request: Promise<Result<T>>): Promise<T> {
  const { data, error, response } = await request
  if (!response.ok) throw failureOf(response, error)
  return data as T
}

/** The body of an answer with the tag of the state that it shows. */
export async function tagged<T>(request: Promise<Result<T>>): Promise<{ body: T; etag: string | null }> {
  const { data, error, response } = await request
  if (!response.ok) throw failureOf(response, error)
  return { body: data as T, etag: response.headers.get('etag') }
}

/** The session that a client id and secret are good for. Nothing speaks for it until it is begun. */
export async function sessionOf(clientId: string, clientSecret: string): Promise<Session> {
  const token = await body(
    api.POST('/oauth/access_token', {
      body: { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret },
    }),
  )
  return { token: token.access_token, expires: token.expires * 1000, clientId }
}

/** The id of the store that a session is of. */
export async function storeOf({ token }: Session): Promise<string> {
  return (await body(api.GET('/v2/settings', { headers: { Authorization: `Bearer ${token}` } }))).data.id
}
