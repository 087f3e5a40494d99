/** What a resource looks like at the moment: its base attributes and the fields of its flow. */
import { useMemo } from 'react'
import { useFields } from '../fields/fields'
import { useFlow } from '../flows/flows'
import { useIsStrict } from '../session/store'
import { type Attribute, attributeOf, type Resource } from './resource'

/** In a strict store, lists can be asked for what the platform documents: nothing about fields, nor the opposite of anything. */
export function strictly(attribute: Attribute, { documented }: Resource): Attribute {
  const none = { ...attribute, sortable: false, operators: [] }
  if (attribute.field || documented === 'nothing') return none
  if (documented === 'ids') return attribute.kind === 'id' ? { ...none, operators: ['any_of'] } : none
  return { ...attribute, operators: attribute.operators.filter((op) => op !== 'is_not') }
}

export function useAttributes(resource: Resource) {
  const { flow, isPending: flowsPending, error: flowError } = useFlow(resource.flow)
  const isExtended = flow?.enabled ?? false
  const fields = useFields(resource.flow, isExtended)
  const isStrict = useIsStrict()
  const attributes = useMemo(() => {
    const custom = isExtended ? (fields.data ?? []).filter((field) => field.enabled).map(attributeOf) : []
    // What the server tells comes last, after the shop's own fields.
    const all = [...resource.base.filter(({ editable }) => editable), ...custom, ...resource.base.filter(({ editable }) => !editable)]
    return isStrict ? all.map((attribute) => strictly(attribute, resource)) : all
  }, [resource, fields.data, isExtended, isStrict])
  return { attributes, flow, isPending: flowsPending || (isExtended && fields.isPending), error: flowError ?? (fields.data ? null : fields.error) }
}
