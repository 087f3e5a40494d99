/** The records that refer to a record, by the relationships of customers and of the shop's own flows. */
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
import { customers, entries, type Resource } from './resource'

/** A relationship through which records of a flow refer to those of another. */
interface Relation {
  flow: Flow
  field: Field
  /** The fields of the flow. */
  fields: Field[]
}

function useRelations(target: Resource): Relation[] {
  const flows = useFlows()
  const fields = useQuery({ queryKey: fieldsKey('*'), queryFn: async () => (await body(api.GET('/v2/fields'))).data as unknown as Field[] })
  const extended = (flows.data ?? []).filter(({ slug }) => slug === 'customers' && target.flow !== slug)
  return [...extended, ...ownFlows(flows.data ?? [])]
    .filter(({ enabled }) => enabled)
    .flatMap((flow) => {
      const own = (fields.data ?? []).filter(({ enabled, relationships }) => enabled && relationships.flow.data.id === flow.id)
      return own.filter((field) => field.field_type === 'relationship' && names(target).includes(readRules(field.validation_rules).to)).map((field) => ({ flow, field, fields: own }))
    })
}

/** What a relationship to the records of a resource can name. */
const names = ({ flow }: Resource) => (flow === 'customers' ? ['customer', 'customers'] : [flow])

const resourceOf = ({ flow, fields }: Relation): Resource => (flow.slug === 'customers' ? customers : entries(flow, fields))

const refersTo = (field: Field, id: string) => clause({ field: field.slug, op: 'is', value: id })

/** A tab for each relationship, with how many entries it has. A strict store cannot be asked by whom a record is referred to. */
export function useRelatedParts(target: Resource, id: string): Part[] {
  const isStrict = useIsStrict()
  const relations = useRelations(target)
  const asked = isStrict ? [] : relations
  const counts = useQueries({
    queries: asked.map((relation) => {
      const resource = resourceOf(relation)
      const query = { filter: refersTo(relation.field, id), 'page[limit]': 1 }
      return { queryKey: ['records', resource.path, 'count', query], queryFn: async () => (await resource.list(query)).meta.results.total }
    }),
  })
  return asked.map(({ flow, field }, index) => ({
    value: `${flow.slug}.${field.slug}`,
    label: asked.filter((other) => other.flow === flow).length > 1 ? t.entries.by(flow.name, field.name) : flow.name,
    count: counts[index]?.data,
    render: () => <Related key={field.id} relation={asked[index] as Relation} target={target} id={id} />,
  }))
}

function Related({ relation, target, id }: { relation: Relation; target: Resource; id: string }) {
  const { flow, field } = relation
  const [resource] = useState(() => resourceOf(relation))
  const place = resource === customers ? '/customers' : `/entries/${encodeURIComponent(flow.slug)}`
  const refer = { [field.slug]: [{ type: readRules(field.validation_rules).to, id }] }
  return <ListWithin resource={resource} within={refersTo(field, id)} place={place} newPlace={{ to: `${place}/new`, search: { refer } }} emptyText={t.entries.noneRelated(target.singular)} />
}
