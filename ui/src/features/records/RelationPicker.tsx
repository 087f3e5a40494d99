/** Chooses the records that a relationship refers to, by looking for them. */
import { type MantineStyleProps, MultiSelect, TagsInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { t } from '../../strings.en.ts'
import { readRules } from '../fields/rules'
import { useIsStrict } from '../session/store'
import { quickFilter } from './filter'
import { useNames, useTarget } from './References'
import type { Attribute, Reference, Resource } from './resource'

interface Props {
  attribute: Attribute
  value: Reference[]
  onChange: (value: Reference[]) => void
  error?: ReactNode
  disabled?: boolean
  /** In a row of inputs without labels: what it is called, and whether it takes one record or many. */
  inRow?: { label: string; many: boolean; width: MantineStyleProps['w'] }
}

/** What both pickers show, and how many records they take. */
function shown({ attribute, error, disabled, inRow }: Props, hint?: string) {
  const clear = { clearable: true, clearButtonProps: { 'aria-label': t.records.clear(inRow?.label ?? attribute.label) } }
  if (inRow) return { ...clear, 'aria-label': inRow.label, w: inRow.width, max: inRow.many ? undefined : 1 }
  const { many } = readRules(attribute.field?.validation_rules ?? [])
  return { ...clear, label: attribute.label, description: attribute.hint ?? hint, id: `field-${attribute.slug}`, error, disabled, max: many ? undefined : 1 }
}

/** In a row what is chosen is told by the row; a form tells only what it begins with. */
function useReferences({ value, onChange, inRow }: Props) {
  const [chosen, setChosen] = useState(value)
  const references = inRow ? value : chosen
  const choose = (ids: string[], type: string) => {
    const next = ids.map((id) => references.find((one) => one.id === id) ?? { type, id })
    setChosen(next)
    onChange(next)
  }
  return { references, choose }
}

export function RelationPicker(props: Props) {
  const { type, target } = useTarget(props.attribute)
  if (target) return <Found {...props} target={target} type={type} />
  return <Typed {...props} type={type} />
}

/** What lives elsewhere is known by its id alone. */
function Typed(props: Props & { type: string }) {
  const { type } = props
  const { max, ...look } = shown(props, t.relations.elsewhere(type))
  const { references, choose } = useReferences(props)
  return (
    <TagsInput
      {...look}
      maxTags={max}
      placeholder={t.relations.id}
      value={references.map(({ id }) => id)}
      onChange={(ids) => choose(ids, type)}
    />
  )
}

function Found(props: Props & { target: Resource; type: string }) {
  const { target, type } = props
  const { max, ...look } = shown(props)
  const { references, choose } = useReferences(props)
  const [typed, setTyped] = useState('')
  const [wanted] = useDebouncedValue(typed, 250)
  const ids = references.map(({ id }) => id)
  // A strict store can be asked about few attributes, so there the first page is looked through here.
  const canAsk = !useIsStrict() || target.documented === 'filter and order'
  const filter = canAsk ? quickFilter(target.quick, 'like', wanted) : undefined
  const found = useQuery({
    queryKey: ['records', target.path, 'picker', filter],
    queryFn: () => target.list({ filter, 'page[limit]': canAsk ? 20 : 100 }),
    placeholderData: keepPreviousData,
  })
  const names = useNames(target, ids)
  for (const record of found.data?.data ?? []) names.set(record.id, target.labelOf(record))
  const listed = [...new Set([...ids, ...(found.data?.data ?? []).map(({ id }) => id)])]
  return (
    <MultiSelect
      {...look}
      searchable
      hidePickedOptions
      maxValues={max}
      placeholder={references.length === 0 || max !== 1 ? t.relations.search : undefined}
      nothingFoundMessage={found.isFetching ? t.common.loading : t.relations.none}
      data={listed.map((id) => ({ value: id, label: names.get(id) ?? id }))}
      // The server has looked already.
      filter={canAsk ? ({ options }) => options : undefined}
      searchValue={typed}
      onSearchChange={setTyped}
      value={ids}
      onChange={(ids) => choose(ids, type)}
    />
  )
}
