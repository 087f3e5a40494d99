/** Flows as they are asked for, and what is known of those that belong to the platform. */
import { useQuery } from '@tanstack/react-query'
import { api, body, type Flow } from '../../api/client'
import { t } from '../../strings.en.ts'

/** The slugs of the platform's resources, the two first that live on this server. */
export const CORE_SLUGS = [
  'customers', 'addresses', 'accounts', 'account-members', 'account-memberships', 'authentication-realms', 'brands', 'cart_items',
  'carts', 'catalogs', 'categories', 'collections', 'files', 'oidc-profiles', 'order_items', 'orders', 'password-profiles',
  'products', 'promotions', 'rule-promotions', 'user-authentication-info', 'user-authentication-oidc-profile-info',
  'user-authentication-password-profile-info',
] as const

const HOSTED = new Set<string>(['customers', 'addresses'])

export const isCore = (slug: string) => (CORE_SLUGS as readonly string[]).includes(slug)
export const isHosted = (slug: string) => HOSTED.has(slug)
const isTemplate = (slug: string) => slug.endsWith(')')

/** Whether entries say something of records that live elsewhere, whose ids they are given. */
export const isAboutOthers = (slug: string) => (isCore(slug) && !isHosted(slug)) || isTemplate(slug)

/** Flows with entries of their own: neither an extension of a resource nor a template of one. */
export const ownFlows = (flows: Flow[]) => flows.filter((flow) => !isCore(flow.slug) && !isTemplate(flow.slug))

/** What a flow is, in a word or two. */
export function kindOf(slug: string): { label: string; color: string } {
  if (isHosted(slug)) return { label: t.flows.kinds.extends(slug), color: 'cyan' }
  if (isCore(slug)) return { label: t.flows.kinds.core, color: 'grape' }
  if (isTemplate(slug)) return { label: t.flows.kinds.template, color: 'indigo' }
  return { label: t.flows.kinds.own, color: 'gray' }
}

export const flowsKey = ['flows'] as const

export function useFlows() {
  return useQuery({ queryKey: flowsKey, queryFn: async () => (await body(api.GET('/v2/flows'))).data as Flow[] })
}

/** One flow, by its slug. What is known already stays, and forms of it, when it cannot be asked for again. */
export function useFlow(slug: string) {
  const flows = useFlows()
  return { ...flows, flow: flows.data?.find((flow) => flow.slug === slug), error: flows.data ? null : flows.error }
}

export type FlowInput = Partial<Pick<Flow, 'name' | 'slug' | 'description' | 'enabled'>>

export async function createFlow(input: FlowInput): Promise<Flow> {
  return (await body(api.POST('/v2/flows', { body: { data: { type: 'flow', ...input } } }))).data
}

export async function updateFlow(flow: string, input: FlowInput): Promise<Flow> {
  const params = { path: { flow }, header: { 'If-Match': '*' } }
  return (await body(api.PUT('/v2/flows/{flow}', { params, body: { data: { type: 'flow', ...input } } }))).data
}

/** Deletes a flow with its entries. One that belongs to the platform is renamed first, which it takes to be deleted. */
export async function deleteFlow(flow: Flow) {
  if (isCore(flow.slug)) await updateFlow(flow.id, { slug: `delete-${flow.id}` })
  await body(api.DELETE('/v2/flows/{flow}', { params: { path: { flow: flow.id }, header: { 'If-Match': '*' } } }))
}
