/** Conditions put together by choosing: a field, an operator that fits it, a value. Groups hold conditions and groups. */
import { ActionIcon, Button, CloseButton, Group, NumberInput, Paper, SegmentedControl, Select, Stack, TagsInput, Text, TextInput } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import { useState } from 'react'
import { DayInput } from '../../components/DayInput'
import { isDay } from '../../components/times'
import { t } from '../../strings.en.ts'
import { type Condition, countConditions, type Group as Conditions, isGroup, MAX_CONDITIONS, MAX_DAYS, needsNoValue, type Op } from './filter'
import { RelationPicker } from './RelationPicker'
import type { Attribute } from './resource'
import { useHeld } from './useHeld'

/** Told of each change, and whether more of it is likely to be typed. */
type OnChange<T> = (value: T, isTyping: boolean) => void

interface Props {
  attributes: Attribute[]
  group: Conditions
  onChange: (group: Conditions) => void
  /** How many conditions the list is asked about besides these. */
  others: number
}

export function FilterBuilder({ attributes, group, onChange, others }: Props) {
  const usable = attributes.filter(({ operators }) => operators.length > 0)
  const { held, change, flush } = useHeld(group, onChange)
  const room = Math.max(0, MAX_CONDITIONS - others)
  return (
    <Paper withBorder p="sm" component="section" aria-label={t.filter.title} onBlur={flush}>
      <GroupEditor attributes={usable} group={held} onChange={change} full={countConditions(held) >= room ? t.filter.full(MAX_CONDITIONS, others) : undefined} path="" />
    </Paper>
  )
}

interface GroupProps {
  attributes: Attribute[]
  group: Conditions
  onChange: OnChange<Conditions>
  /** Why there can be no more conditions. */
  full?: string
  path: string
  onRemove?: () => void
}

function GroupEditor({ attributes, group, onChange, full, path, onRemove }: GroupProps) {
  const first = attributes[0]
  if (!first) return null
  const isFull = full !== undefined
  const replace = (index: number, item: Condition | Conditions, isTyping: boolean) => onChange({ ...group, items: group.items.map((old, at) => (at === index ? item : old)) }, isTyping)
  const remove = (index: number) => onChange({ ...group, items: group.items.filter((_, at) => at !== index) }, false)
  const condition: Condition = { field: first.slug, op: first.operators[0] as Op }
  return (
    <Stack gap="xs">
      <Group gap="sm" justify="space-between" wrap="nowrap">
        <SegmentedControl
          size="xs"
          aria-label={t.filter.combine}
          value={group.any ? 'any' : 'all'}
          onChange={(value) => onChange({ ...group, any: value === 'any' }, false)}
          data={[
            { value: 'all', label: t.filter.all },
            { value: 'any', label: t.filter.any },
          ]}
        />
        {onRemove && <CloseButton aria-label={t.filter.removeGroup} onClick={onRemove} />}
      </Group>
      {group.items.map((item, index) => {
        const here = `${path}${index + 1}`
        return isGroup(item) ? (
          <Paper key={here} withBorder p="xs" ml="md">
            <GroupEditor attributes={attributes} group={item} onChange={(next, isTyping) => replace(index, next, isTyping)} full={full} path={`${here}.`} onRemove={() => remove(index)} />
          </Paper>
        ) : (
          <ConditionEditor key={here} attributes={attributes} condition={item} name={here} onChange={(next, isTyping) => replace(index, next, isTyping)} onRemove={() => remove(index)} />
        )
      })}
      <Group gap="xs">
        <Button size="xs" variant="default" leftSection={<IconPlus size={14} />} disabled={isFull} onClick={() => onChange({ ...group, items: [...group.items, condition] }, false)}>
          {t.filter.addCondition}
        </Button>
        <Button size="xs" variant="subtle" disabled={isFull} onClick={() => onChange({ ...group, items: [...group.items, { any: !group.any, items: [condition] }] }, false)}>
          {t.filter.addGroup}
        </Button>
        {isFull && (
          <Text size="xs" c="dimmed">
            {full}
          </Text>
        )}
      </Group>
    </Stack>
  )
}

interface ConditionProps {
  attributes: Attribute[]
  condition: Condition
  name: string
  onChange: OnChange<Condition>
  onRemove: () => void
}

function ConditionEditor({ attributes, condition, name, onChange, onRemove }: ConditionProps) {
  const attribute = attributes.find(({ slug }) => slug === condition.field)
  return (
    <Group gap="xs" align="flex-start">
      <Select
        aria-label={t.filter.field(name)}
        w={{ base: '100%', xs: 190 }}
        searchable
        allowDeselect={false}
        data={attributes.map(({ slug, label }) => ({ value: slug, label }))}
        value={condition.field}
        error={attribute ? undefined : t.filter.gone}
        onChange={(slug) => {
          const next = attributes.find((one) => one.slug === slug)
          if (next && slug !== condition.field) onChange({ field: next.slug, op: next.operators[0] as Op }, false)
        }}
      />
      {attribute && (
        <>
          <Select
            aria-label={t.filter.operator(name)}
            w={{ base: '100%', xs: 160 }}
            allowDeselect={false}
            data={attribute.operators.map((op) => ({ value: op, label: t.filter.ops[op] }))}
            value={condition.op}
            onChange={(op) => onChange({ field: condition.field, op: op as Op, value: (op === 'any_of') === Array.isArray(condition.value) ? condition.value : undefined }, false)}
          />
          <Value key={`${condition.field} ${condition.op}`} attribute={attribute} condition={condition} name={name} onChange={(value, isTyping) => onChange({ ...condition, value }, isTyping)} />
        </>
      )}
      <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t.filter.remove(name)} onClick={onRemove}>
        <IconX size={16} />
      </ActionIcon>
    </Group>
  )
}

interface ValueProps {
  attribute: Attribute
  condition: Condition
  name: string
  onChange: OnChange<string | string[] | undefined>
}

function Value({ attribute, condition, name, onChange }: ValueProps) {
  const { op, value } = condition
  const shared = { 'aria-label': t.filter.value(name), w: { base: 'calc(100% - 42px)', xs: 220 } }
  if (needsNoValue(op)) return null
  const choose = (next: string | string[] | null | undefined) => onChange(next ?? undefined, false)
  const type = (next: string | number) => onChange(String(next), true)
  if (attribute.kind === 'relationship') {
    const ids = Array.isArray(value) ? value : value ? [value] : []
    const many = op === 'any_of'
    return (
      <RelationPicker
        attribute={attribute}
        inRow={{ label: shared['aria-label'], many, width: shared.w }}
        value={ids.map((id) => ({ type: '', id }))}
        onChange={(references) => choose(many ? references.map(({ id }) => id) : references[0]?.id)}
      />
    )
  }
  if (op === 'any_of') return <TagsInput {...shared} data={attribute.choices} placeholder={t.filter.several} value={Array.isArray(value) ? value : []} onChange={choose} />
  const typed = Array.isArray(value) ? '' : (value ?? '')
  if (op === 'last_days') return <NumberInput {...shared} min={1} max={MAX_DAYS} clampBehavior="strict" allowDecimal={false} suffix={t.filter.days} value={typed} onChange={type} />
  if (attribute.kind === 'date' || attribute.kind === 'time') return <Day shared={shared} value={typed} onChange={(next) => onChange(next, true)} />
  if (attribute.kind === 'integer' || attribute.kind === 'float') {
    return <NumberInput {...shared} allowDecimal={attribute.kind === 'float'} value={typed} onChange={type} />
  }
  if (attribute.choices.length > 0 && (op === 'is' || op === 'is_not')) {
    return <Select {...shared} data={attribute.choices} value={typed || null} onChange={choose} searchable />
  }
  return <TextInput {...shared} value={typed} onChange={(event) => type(event.currentTarget.value)} />
}

/** A day to compare with. What is none asks nothing, and is told so to who leaves it. */
function Day({ shared, value, onChange }: { shared: object; value: string; onChange: (day: string | undefined) => void }) {
  const [unread, setUnread] = useState('')
  const [isLeft, setLeft] = useState(false)
  const change = (typed: string) => {
    setLeft(false)
    setUnread(isDay(typed) ? '' : typed)
    onChange(isDay(typed) ? typed : undefined)
  }
  return <DayInput {...shared} value={value} onChange={change} onBlur={() => setLeft(true)} error={isLeft && unread ? t.filter.noDay : undefined} clearButtonProps={{ 'aria-label': t.common.clear }} />
}
