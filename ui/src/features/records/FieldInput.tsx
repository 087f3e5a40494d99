/** The input of an attribute, by the type of its values. Inputs keep their own state, so that a form of a hundred stays quick. */
import { ActionIcon, CloseButton, Group, Input, NumberInput, Select, Switch, Text, Textarea, TextInput } from '@mantine/core'
import { DateTimePicker } from '@mantine/dates'
import type { UseFormReturnType } from '@mantine/form'
import { IconCalendar, IconClock } from '@tabler/icons-react'
import { useState } from 'react'
import { DayInput } from '../../components/DayInput'
import { isDay } from '../../components/times'
import { t } from '../../strings.en.ts'
import { RelationPicker } from './RelationPicker'
import type { Attribute, Reference } from './resource'
import type { FormValues } from './values'

type InputProps = ReturnType<UseFormReturnType<FormValues>['getInputProps']>

export function FieldInput({ attribute, form, disabled }: { attribute: Attribute; form: UseFormReturnType<FormValues>; disabled?: boolean }) {
  const { slug, label, hint, required } = attribute
  const props: InputProps = form.getInputProps(slug)
  const shared = { label, description: disabled ? t.records.settled : hint, required, withAsterisk: required, id: `field-${slug}`, disabled }
  return <ByType key={form.key(slug)} attribute={attribute} props={props} shared={shared} />
}

interface Shared {
  label: string
  description?: string
  required: boolean
  withAsterisk: boolean
  id: string
  disabled?: boolean
}

function ByType({ attribute, props, shared }: { attribute: Attribute; props: InputProps; shared: Shared }) {
  if (attribute.kind === 'relationship') {
    return <RelationPicker attribute={attribute} value={(props.defaultValue as Reference[]) ?? []} onChange={props.onChange} error={props.error} disabled={shared.disabled} />
  }
  if (attribute.kind === 'boolean') return <ThreeStates value={props.defaultValue as boolean | null} onChange={props.onChange} error={props.error} shared={shared} />
  if (attribute.choices.length > 0) {
    const value = props.defaultValue as string | null
    const data = value && !attribute.choices.includes(value) ? [value, ...attribute.choices] : attribute.choices
    return <Select {...shared} {...props} data={data} searchable={data.length > 8} clearable={!attribute.required} clearButtonProps={{ 'aria-label': t.records.clear(shared.label) }} placeholder={t.records.choose} />
  }
  if (attribute.kind === 'date') return <DateValue value={String(props.defaultValue ?? '')} onChange={props.onChange} error={props.error} shared={shared} />
  if (attribute.kind === 'integer' || attribute.kind === 'float') return <NumberInput {...shared} {...props} allowDecimal={attribute.kind === 'float'} />
  const rules = attribute.field?.validation_rules ?? []
  const isEmail = attribute.slug === 'email' || rules.some(({ type }) => type === 'email')
  const isShort = !attribute.field || rules.length > 0
  if (!isShort) return <Textarea {...shared} {...props} autosize minRows={1} maxRows={8} />
  return <TextInput {...shared} {...props} type={isEmail ? 'email' : 'text'} />
}

/** A switch that can also be left alone: no value is another thing than no. */
function ThreeStates({ value, onChange, error, shared }: { value: boolean | null; onChange: (value: boolean | null) => void; error?: React.ReactNode; shared: Shared }) {
  const [state, setState] = useState(value ?? null)
  const change = (next: boolean | null) => {
    setState(next)
    onChange(next)
  }
  const { label, description, required, id, disabled } = shared
  return (
    <Input.Wrapper label={label} labelElement="div" description={description} error={error} withAsterisk={required}>
      <Group gap="xs" mt={4}>
        <Switch id={id} aria-label={label} disabled={disabled} checked={state === true} onChange={(event) => change(event.currentTarget.checked)} />
        <Text size="sm">{state === null ? t.records.noValue : state ? t.records.yes : t.records.no}</Text>
        {state !== null && !disabled && <CloseButton size="sm" aria-label={t.records.clear(label)} onClick={() => change(null)} />}
      </Group>
    </Input.Wrapper>
  )
}

/** A day, a day with a time, or what was stored in another of the forms that the API takes. */
function DateValue({ value, onChange, error, shared }: { value: string; onChange: (value: string) => void; error?: React.ReactNode; shared: Shared }) {
  const [current, setCurrent] = useState(value)
  const [withTime, setWithTime] = useState(value.includes(' '))
  const change = (next: string | null) => {
    setCurrent(next ?? '')
    onChange(next ?? '')
  }
  const isRead = current === '' || isDay(current.slice(0, 10))
  function toggle() {
    if (current) change(withTime ? current.slice(0, 10) : `${current} 00:00:00`)
    setWithTime(!withTime)
  }
  if (/[Tt]/.test(value)) return <TextInput {...shared} defaultValue={value} onChange={(event) => onChange(event.currentTarget.value)} error={error} />
  const picker = {
    ...shared,
    clearable: true,
    clearButtonProps: { 'aria-label': t.records.clear(shared.label) },
    leftSection: (
      <ActionIcon variant="subtle" color="gray" disabled={shared.disabled || !isRead} aria-label={withTime ? t.records.withoutTime(shared.label) : t.records.withTime(shared.label)} onClick={toggle}>
        {withTime ? <IconClock size={16} /> : <IconCalendar size={16} />}
      </ActionIcon>
    ),
    leftSectionPointerEvents: 'all' as const,
    onChange: change,
    error,
  }
  if (withTime) return <DateTimePicker {...picker} value={current || null} withSeconds valueFormat="YYYY-MM-DD HH:mm:ss" />
  return <DayInput {...picker} value={current} />
}
