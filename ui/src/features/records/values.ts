/** Values on their way from the API into inputs, back again, and into words. */
import { numberOf, toJson } from '../../api/json'
import { day, moment } from '../../components/times'
import { t } from '../../strings.en.ts'
import type { Attribute, RecordData, Reference } from './resource'

export type FormValues = Record<string, unknown>

/** What a record has in an attribute, with `null` for nothing and references always as a list. */
export function valueOf(record: RecordData | undefined, attribute: Attribute): unknown {
  if (attribute.kind === 'time') return record?.meta.timestamps[attribute.slug as 'created_at' | 'updated_at'] ?? null
  if (attribute.kind === 'relationship') {
    const data = record?.relationships?.[attribute.slug]?.data
    return Array.isArray(data) ? data : data ? [data] : []
  }
  return record?.[attribute.slug] ?? null
}

/** What an input begins with. */
export function toInput(value: unknown, attribute: Attribute): unknown {
  switch (attribute.kind) {
    case 'relationship':
      return value
    case 'boolean':
      return value
    default:
      if (value === null || value === undefined) return attribute.choices.length > 0 ? null : ''
      return String(value)
  }
}

/** What the API is sent for what an input holds. What is no number is sent as it was typed, for the server to refuse. */
export function fromInput(input: unknown, attribute: Attribute): unknown {
  if (attribute.kind === 'relationship' || attribute.kind === 'boolean') return input ?? null
  if (input === '' || input === null || input === undefined) return attribute.blank
  if (attribute.kind === 'integer' || attribute.kind === 'float') return numberOf(String(input)) ?? input
  return input
}

/** What a new record gets when nothing is said: the default of the field, shown from the start. */
export function initialValue(attribute: Attribute): unknown {
  const value = attribute.field?.default
  if (attribute.kind === 'relationship') return []
  if (value === null || value === undefined || (value === '' && attribute.kind !== 'string')) return null
  if (attribute.kind === 'boolean') return value === true || value === 'true' || value === 1
  return value
}

export const same = (a: unknown, b: unknown) => toJson(a) === toJson(b)

/** Blank and nothing are the same to a person who has not touched an input. */
function untouched(value: unknown, before: unknown): boolean {
  return same(value, before) || ((value === null || value === '') && (before === null || before === ''))
}

/** The attributes that a form has changed, as the API takes them. */
export function changedValues(attributes: Attribute[], before: Record<string, unknown>, inputs: FormValues): Record<string, unknown> {
  const changed: Record<string, unknown> = {}
  for (const attribute of attributes) {
    if (!attribute.editable) continue
    const value = fromInput(inputs[attribute.slug], attribute)
    // What the form began with went through an input too: "1.50" and 1.5 are no change.
    const old = fromInput(toInput(before[attribute.slug] ?? null, attribute), attribute)
    if (!untouched(value, old)) changed[attribute.slug] = value
  }
  return changed
}

/** A value in words; records that are referred to have only their ids here. */
export function display(value: unknown, attribute: Attribute): string {
  if (value === null || value === undefined || value === '') return ''
  switch (attribute.kind) {
    case 'boolean':
      return value ? t.records.yes : t.records.no
    case 'time':
      return moment(String(value))
    case 'date':
      return /^\d{4}-\d{2}-\d{2}$/.test(String(value)) ? day(`${String(value)}T00:00:00`) : String(value)
    case 'relationship':
      return (value as Reference[]).map(({ id }) => id).join(', ')
    case 'integer':
    case 'float':
      return typeof value === 'number' || typeof value === 'bigint' ? value.toLocaleString(undefined, { maximumFractionDigits: 20 }) : String(value)
    default:
      return String(value)
  }
}
