/** What a resource looks like at the moment: its base attributes and the fields of its flow. */
import { useMemo } from 'react'
import { useFields } from '../fields/fields'
import { useFlow } from '../flows/flows'
import { attributeOf, type Resource } from './resource'

export function useAttributes(resource: Resource) {
  const { flow, isPending: flowsPending, error: flowError } = useFlow(resource.flow)
  const isExtended = flow?.enabled ?? false
  const fields = useFields(resource.flow, isExtended)
  const attributes = useMemo(() => {
    const custom = isExtended ? (fields.data ?? []).filter((field) => field.enabled).map(attributeOf) : []
    // What the server tells comes last, after the shop's own fields.
    return [...resource.base.filter(({ editable }) => editable), ...custom, ...resource.base.filter(({ editable }) => !editable)]
  }, [resource, fields.data, isExtended])
  return { attributes, flow, isPending: flowsPending || (isExtended && fields.isPending), error: flowError ?? fields.error }
}
