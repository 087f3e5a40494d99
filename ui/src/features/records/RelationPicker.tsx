/** Chooses the records that a relationship refers to, by looking for them. */
import { MultiSelect, TagsInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { t } from '../../strings.en.ts'
import { useFields } from '../fields/fields'
import { readRules } from '../fields/rules'
import { useFlows } from '../flows/flows'
import { clause, quickFilter } from './filter'
import { type Attribute, customers, entries, type Reference, type Resource } from './resource'

interface Props {
  attribute: Attribute
  value: Reference[]
  onChange: (value: Reference[]) => void
  error?: ReactNode
  disabled?: boolean
}

export function RelationPicker(props: Props) {
  const { to } = readRules(props.attribute.field?.validation_rules ?? [])
  const flows = useFlows()
  const flow = flows.data?.find(({ slug }) => slug === to)
  const isCustomer = to === 'customers' || to === 'customer'
  const fields = useFields(flow?.slug ?? '', flow !== undefined && !isCustomer)
  const target = isCustomer ? customers : flow && fields.data ? entries(flow, fields.data) : undefined
  if (target) return <Found {...props} target={target} type={to} />
  return <Typed {...props} type={to || 'entry'} />
}

/** What lives elsewhere is known by its id alone. */
function Typed({ attribute, value, onChange, error, disabled, type }: Props & { type: string }) {
  const { many } = readRules(attribute.field?.validation_rules ?? [])
  const [references, setReferences] = useState(value)
  return (
    <TagsInput
      label={attribute.label}
      description={attribute.hint ?? t.relations.elsewhere(type)}
      id={`field-${attribute.slug}`}
      error={error}
      disabled={disabled}
      maxTags={many ? undefined : 1}
      placeholder={t.relations.id}
      value={references.map(({ id }) => id)}
      onChange={(ids) => {
        const next = ids.map((id) => references.find((one) => one.id === id) ?? { type, id })
        setReferences(next)
        onChange(next)
      }}
      clearable
      clearButtonProps={{ 'aria-label': t.records.clear(attribute.label) }}
    />
  )
}

function Found({ attribute, value, onChange, error, disabled, target, type }: Props & { target: Resource; type: string }) {
  const { many } = readRules(attribute.field?.validation_rules ?? [])
  const [references, setReferences] = useState(value)
  const [typed, setTyped] = useState('')
  const [wanted] = useDebouncedValue(typed, 250)
  const ids = references.map(({ id }) => id)
  const filter = quickFilter(target.quick, 'like', wanted)
  const found = useQuery({
    queryKey: ['records', target.path, 'picker', filter],
    queryFn: () => target.list({ filter, 'page[limit]': 20 }),
    placeholderData: keepPreviousData,
  })
  const chosen = useQuery({
    queryKey: ['records', target.path, 'chosen', ids],
    queryFn: () => target.list({ filter: clause({ field: 'id', op: 'any_of', value: ids.slice(0, 100) }), 'page[limit]': 100 }),
    enabled: ids.length > 0,
    placeholderData: keepPreviousData,
  })
  const labels = new Map([...(found.data?.data ?? []), ...(chosen.data?.data ?? [])].map((record) => [record.id, target.labelOf(record)]))
  const listed = [...new Set([...ids, ...(found.data?.data ?? []).map(({ id }) => id)])]
  return (
    <MultiSelect
      label={attribute.label}
      description={attribute.hint}
      id={`field-${attribute.slug}`}
      error={error}
      disabled={disabled}
      searchable
      hidePickedOptions
      maxValues={many ? undefined : 1}
      placeholder={references.length === 0 || many ? t.relations.search : undefined}
      nothingFoundMessage={found.isFetching ? t.common.loading : t.relations.none}
      data={listed.map((id) => ({ value: id, label: labels.get(id) ?? id }))}
      // The server has looked already.
      filter={({ options }) => options}
      searchValue={typed}
      onSearchChange={setTyped}
      value={ids}
      onChange={(next) => {
        const changed = next.map((id) => references.find((one) => one.id === id) ?? { type, id })
        setReferences(changed)
        onChange(changed)
      }}
      clearable
      clearButtonProps={{ 'aria-label': t.records.clear(attribute.label) }}
    />
  )
}
