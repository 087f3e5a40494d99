/** Conditions put together by choosing: a field, an operator that fits it, a value. Groups hold conditions and groups. */
import { ActionIcon, Button, CloseButton, Group, NumberInput, Paper, SegmentedControl, Select, Stack, TagsInput, Text, TextInput } from '@mantine/core'
import { DateInput } from '@mantine/dates'
import { IconPlus, IconX } from '@tabler/icons-react'
import { t } from '../../strings.en.ts'
import { type Condition, countConditions, type Group as Conditions, isGroup, MAX_CONDITIONS, needsNoValue, type Op } from './filter'
import { RelationPicker } from './RelationPicker'
import type { Attribute } from './resource'

interface Props {
  attributes: Attribute[]
  group: Conditions
  onChange: (group: Conditions) => void
}

export function FilterBuilder({ attributes, group, onChange }: Props) {
  const usable = attributes.filter(({ operators }) => operators.length > 0)
  return (
    <Paper withBorder p="sm" component="section" aria-label={t.filter.title}>
      <GroupEditor attributes={usable} group={group} onChange={onChange} isFull={countConditions(group) >= MAX_CONDITIONS} path="" />
    </Paper>
  )
}

function GroupEditor({ attributes, group, onChange, isFull, path, onRemove }: Props & { isFull: boolean; path: string; onRemove?: () => void }) {
  const first = attributes[0]
  if (!first) return null
  const replace = (index: number, item: Condition | Conditions) => onChange({ ...group, items: group.items.map((old, at) => (at === index ? item : old)) })
  const remove = (index: number) => onChange({ ...group, items: group.items.filter((_, at) => at !== index) })
  const condition: Condition = { field: first.slug, op: first.operators[0] as Op }
  return (
    <Stack gap="xs">
      <Group gap="sm" justify="space-between" wrap="nowrap">
        <SegmentedControl
          size="xs"
          aria-label={t.filter.combine}
          value={group.any ? 'any' : 'all'}
          onChange={(value) => onChange({ ...group, any: value === 'any' })}
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
            <GroupEditor attributes={attributes} group={item} onChange={(next) => replace(index, next)} isFull={isFull} path={`${here}.`} onRemove={() => remove(index)} />
          </Paper>
        ) : (
          <ConditionEditor key={here} attributes={attributes} condition={item} name={here} onChange={(next) => replace(index, next)} onRemove={() => remove(index)} />
        )
      })}
      <Group gap="xs">
        <Button size="xs" variant="default" leftSection={<IconPlus size={14} />} disabled={isFull} onClick={() => onChange({ ...group, items: [...group.items, condition] })}>
          {t.filter.addCondition}
        </Button>
        <Button size="xs" variant="subtle" disabled={isFull} onClick={() => onChange({ ...group, items: [...group.items, { any: !group.any, items: [condition] }] })}>
          {t.filter.addGroup}
        </Button>
        {isFull && (
          <Text size="xs" c="dimmed">
            {t.filter.full(MAX_CONDITIONS)}
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
  onChange: (condition: Condition) => void
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
          if (next && slug !== condition.field) onChange({ field: next.slug, op: next.operators[0] as Op })
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
            onChange={(op) => onChange({ field: condition.field, op: op as Op, value: (op === 'any_of') === Array.isArray(condition.value) ? condition.value : undefined })}
          />
          <Value attribute={attribute} condition={condition} name={name} onChange={(value) => onChange({ ...condition, value })} />
        </>
      )}
      <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t.filter.remove(name)} onClick={onRemove}>
        <IconX size={16} />
      </ActionIcon>
    </Group>
  )
}

function Value({ attribute, condition, name, onChange }: { attribute: Attribute; condition: Condition; name: string; onChange: (value: string | string[] | undefined) => void }) {
  const { op, value } = condition
  const shared = { 'aria-label': t.filter.value(name), w: { base: 'calc(100% - 42px)', xs: 220 } }
  if (needsNoValue(op)) return null
  if (attribute.kind === 'relationship') {
    const ids = Array.isArray(value) ? value : value ? [value] : []
    const many = op === 'any_of'
    return (
      <RelationPicker
        key={op}
        attribute={attribute}
        inRow={{ label: shared['aria-label'], many, width: shared.w }}
        value={ids.map((id) => ({ type: '', id }))}
        onChange={(references) => onChange(many ? references.map(({ id }) => id) : references[0]?.id)}
      />
    )
  }
  if (op === 'any_of') return <TagsInput {...shared} data={attribute.choices} placeholder={t.filter.several} value={Array.isArray(value) ? value : []} onChange={onChange} />
  const typed = Array.isArray(value) ? '' : (value ?? '')
  if (op === 'last_days') return <NumberInput {...shared} min={1} allowDecimal={false} suffix={t.filter.days} value={typed} onChange={(next) => onChange(String(next))} />
  if (attribute.kind === 'date' || attribute.kind === 'time') {
    return <DateInput {...shared} valueFormat="YYYY-MM-DD" placeholder="2026-12-24" value={typed || null} onChange={(next) => onChange(next ?? undefined)} clearable clearButtonProps={{ 'aria-label': t.common.clear }} />
  }
  if (attribute.kind === 'integer' || attribute.kind === 'float') {
    return <NumberInput {...shared} allowDecimal={attribute.kind === 'float'} value={typed} onChange={(next) => onChange(String(next))} />
  }
  if (attribute.choices.length > 0 && (op === 'is' || op === 'is_not')) {
    return <Select {...shared} data={attribute.choices} value={typed || null} onChange={(next) => onChange(next ?? undefined)} searchable />
  }
  return <TextInput {...shared} value={typed} onChange={(event) => onChange(event.currentTarget.value)} />
}
