/** The entries that refer to a customer, by the relationships of the shop's own flows. */
import { useQueries, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, body, type Field, type Flow } from '../../api/client'
import { t } from '../../strings.en.ts'
import { fieldsKey } from '../fields/fields'
import { readRules } from '../fields/rules'
import { ownFlows, useFlows } from '../flows/flows'
import { useIsStrict } from '../session/store'
import { clause } from './filter'
import { ListWithin } from './ListWithin'
import type { Part } from './RecordPage'
import { entries } from './resource'

/** A relationship through which entries of a flow refer to customers. */
interface Relation {
  flow: Flow
  field: Field
  /** The fields of the flow. */
  fields: Field[]
}

function useRelations(): Relation[] {
  const flows = useFlows()
  const fields = useQuery({ queryKey: fieldsKey('*'), queryFn: async () => (await body(api.GET('/v2/fields'))).data as unknown as Field[] })
  return ownFlows(flows.data ?? [])
    .filter(({ enabled }) => enabled)
    .flatMap((flow) => {
      const own = (fields.data ?? []).filter(({ enabled, relationships }) => enabled && relationships.flow.data.id === flow.id)
      return own.filter((field) => field.field_type === 'relationship' && refersToCustomers(field)).map((field) => ({ flow, field, fields: own }))
    })
}

const refersToCustomers = (field: Field) => ['customer', 'customers'].includes(readRules(field.validation_rules).to)

const refersTo = (field: Field, customer: string) => clause({ field: field.slug, op: 'is', value: customer })

/** A tab for each relationship, with how many entries it has. A strict store cannot be asked by whom a record is referred to. */
export function useRelatedParts(customer: string): Part[] {
  const isStrict = useIsStrict()
  const relations = useRelations()
  const asked = isStrict ? [] : relations
  const counts = useQueries({
    queries: asked.map(({ flow, field, fields }) => {
      const resource = entries(flow, fields)
      const query = { filter: refersTo(field, customer), 'page[limit]': 1 }
      return { queryKey: ['records', resource.path, 'count', query], queryFn: async () => (await resource.list(query)).meta.results.total }
    }),
  })
  return asked.map(({ flow, field }, index) => ({
    value: `${flow.slug}.${field.slug}`,
    label: asked.filter((other) => other.flow === flow).length > 1 ? t.entries.by(flow.name, field.name) : flow.name,
    count: counts[index]?.data,
    render: () => <Related key={field.id} relation={asked[index] as Relation} customer={customer} />,
  }))
}

function Related({ relation: { flow, field, fields }, customer }: { relation: Relation; customer: string }) {
  const [resource] = useState(() => entries(flow, fields))
  const place = `/entries/${encodeURIComponent(flow.slug)}`
  const refer = { [field.slug]: [{ type: readRules(field.validation_rules).to, id: customer }] }
  return <ListWithin resource={resource} within={refersTo(field, customer)} place={place} newPlace={{ to: `${place}/new`, search: { refer } }} emptyText={t.entries.noneRelated} />
}
