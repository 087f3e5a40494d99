/** A field as its form holds it. */
import type { Field, FieldInput } from '../../api/client'
import { toJson } from '../../api/json'
import { type FieldType, noRules, parse, type RuleDraft, readRules, writeRules } from './rules'

export interface FieldDraft {
  field_type: FieldType
  name: string
  slug: string
  description: string
  required: boolean
  /** As it is typed; empty for none. */
  default: string
  enabled: boolean
  omit_null: boolean
  immutable: boolean
  unique: 'no' | 'yes' | 'ignore_case'
  filterable: boolean
  rules: RuleDraft
}

export function newDraft(type: FieldType): FieldDraft {
  return {
    field_type: type,
    name: '',
    slug: '',
    description: '',
    required: false,
    default: '',
    enabled: true,
    omit_null: false,
    immutable: false,
    unique: 'no',
    filterable: type !== 'relationship',
    rules: noRules,
  }
}

export function draftOf(field: Field): FieldDraft {
  return {
    field_type: field.field_type as FieldType,
    name: field.name,
    slug: field.slug,
    description: field.description,
    required: field.required,
    default: field.default === null || field.default === undefined ? '' : String(field.default),
    enabled: field.enabled,
    omit_null: field.omit_null,
    immutable: field.immutable ?? false,
    unique: field.unique === 'ignore_case' ? 'ignore_case' : field.unique ? 'yes' : 'no',
    filterable: field.filterable ?? false,
    rules: readRules(field.validation_rules),
  }
}

/** What the API is sent to make the field. */
export function inputOf(draft: FieldDraft): FieldInput {
  const type = draft.field_type
  const isValue = type !== 'relationship'
  return {
    name: draft.name,
    slug: draft.slug,
    field_type: type,
    description: draft.description,
    required: isValue && draft.required,
    default: isValue ? defaultOf(type, draft.default) : null,
    enabled: draft.enabled,
    omit_null: draft.omit_null,
    immutable: draft.immutable,
    validation_rules: writeRules(type, draft.rules),
    ...(isValue ? { filterable: draft.filterable } : {}),
    ...(isValue && type !== 'boolean' ? { unique: draft.unique === 'ignore_case' ? draft.unique : draft.unique === 'yes' } : {}),
  }
}

/** A default in the JSON type of the field, or as it was typed, for the server to refuse. */
function defaultOf(type: FieldType, typed: string): unknown {
  if (typed === '') return null
  if (type === 'string' || type === 'date') return typed
  const value = parse(type, typed)
  if (value === undefined) return typed
  return type === 'boolean' ? value === 1 : value
}

/** Only what differs, so that what was not touched stays exactly as it was sent. */
export function changes(before: FieldDraft, after: FieldDraft): FieldInput {
  const [old, now] = [inputOf(before), inputOf(after)] as Record<string, unknown>[]
  return Object.fromEntries(Object.entries(now ?? {}).filter(([key, value]) => toJson(value) !== toJson(old?.[key]))) as FieldInput
}
