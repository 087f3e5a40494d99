/** Records that a relationship refers to, by what they are called. */
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useFields } from '../fields/fields'
import { readRules } from '../fields/rules'
import { isAboutOthers, useFlows } from '../flows/flows'
import { clause } from './filter'
import { type Attribute, customers, entries, type Reference, type Resource } from './resource'

/** What a relationship refers to: the type of its references, and the resource, unless that lives elsewhere. */
export function useTarget(attribute: Attribute): { type: string; target?: Resource } {
  const { to } = readRules(attribute.field?.validation_rules ?? [])
  const flows = useFlows()
  const flow = flows.data?.find(({ slug }) => slug === to && !isAboutOthers(slug))
  const isCustomer = to === 'customers' || to === 'customer'
  const fields = useFields(flow?.slug ?? '', flow !== undefined && !isCustomer)
  const type = to || 'entry'
  if (isCustomer) return { type, target: customers }
  return { type, target: flow && fields.data ? entries(flow, fields.data) : undefined }
}

/** How many names are asked for at a time: as many ids as a filter and a page have room for. */
const AT_ONCE = 100

/** What records are called, by their ids; those that are gone, or live elsewhere, have no name. */
export function useNames(target: Resource | undefined, ids: string[]): Map<string, string> {
  const wanted = [...new Set(ids)].sort().slice(0, AT_ONCE)
  const found = useQuery({
    queryKey: ['records', target?.path, 'names', wanted],
    queryFn: () => target?.list({ filter: clause({ field: 'id', op: 'any_of', value: wanted }), 'page[limit]': AT_ONCE }),
    enabled: target !== undefined && wanted.length > 0,
    placeholderData: keepPreviousData,
  })
  return new Map((found.data?.data ?? []).map((record) => [record.id, target?.labelOf(record) ?? record.id]))
}

interface Props {
  attribute: Attribute
  references: Reference[]
  /** All that are shown side by side, so that their names are asked for together. */
  among?: Reference[]
}

export function References({ attribute, references, among = references }: Props) {
  const { target } = useTarget(attribute)
  const names = useNames(target, among.map(({ id }) => id))
  return <>{references.map(({ id }) => names.get(id) ?? id).join(', ')}</>
}
