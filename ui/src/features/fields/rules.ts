/** The rules of a field as a form edits them, as the API takes them, and tried on a value. */
import type { Rule } from '../../api/client'
import { numberOf } from '../../api/json'
import { t } from '../../strings.en.ts'

export const FIELD_TYPES = ['string', 'integer', 'float', 'boolean', 'date', 'relationship'] as const
export type FieldType = (typeof FIELD_TYPES)[number]

/** The values of a yes-or-no field, as they are typed and as they are read. */
export const YES_OR_NO = [
  { value: 'true', label: t.records.yes },
  { value: 'false', label: t.records.no },
]

/** Rules as texts, the way they are typed. */
export interface RuleDraft {
  choices: string[]
  ranges: { from: string; to: string }[]
  formats: Format[]
  pattern: string
  minLength: string
  maxLength: string
  min: string
  max: string
  many: boolean
  to: string
}

export const FORMATS = ['email', 'slug', 'uuid'] as const
export type Format = (typeof FORMATS)[number]

export const noRules: RuleDraft = { choices: [], ranges: [], formats: [], pattern: '', minLength: '', maxLength: '', min: '', max: '', many: true, to: '' }

const isFormat = (name: string): name is Format => (FORMATS as readonly string[]).includes(name)
const text = (value: unknown) => (value === null || value === undefined ? '' : String(value))

export function readRules(rules: Rule[]): RuleDraft {
  const draft: RuleDraft = { ...noRules, choices: [], ranges: [], formats: [] }
  for (const rule of rules) {
    const options = rule.options as { from?: unknown; to?: unknown } | undefined
    if (rule.type === 'enum' && Array.isArray(rule.options)) draft.choices.push(...rule.options.map(text))
    else if (rule.type === 'between') draft.ranges.push({ from: text(options?.from ?? rule.from), to: text(options?.to ?? rule.to) })
    else if (isFormat(rule.type)) draft.formats.push(rule.type)
    else if (rule.type === 'pattern') draft.pattern = text(rule.options)
    else if (rule.type === 'min_length') draft.minLength = text(rule.options)
    else if (rule.type === 'max_length') draft.maxLength = text(rule.options)
    else if (rule.type === 'min') draft.min = text(rule.options)
    else if (rule.type === 'max') draft.max = text(rule.options)
    else if (rule.type === 'one-to-one' || rule.type === 'one-to-many') {
      draft.many = rule.type === 'one-to-many'
      draft.to = text(rule.to)
    }
  }
  return draft
}

export function writeRules(type: FieldType, draft: RuleDraft): Rule[] {
  const rules: Rule[] = []
  if (type === 'relationship') {
    if (draft.to) rules.push({ type: draft.many ? 'one-to-many' : 'one-to-one', to: draft.to })
    return rules
  }
  if (type === 'boolean') return rules
  // What is no number is sent as it was typed, for the server to refuse.
  const amount = (typed: string) => numberOf(typed) ?? typed
  const value = (typed: string) => (type === 'integer' || type === 'float' ? amount(typed) : typed)
  if (draft.choices.length > 0) rules.push({ type: 'enum', options: draft.choices.map(value) })
  if (type === 'string') {
    rules.push(...draft.formats.map((format) => ({ type: format })))
    if (draft.minLength) rules.push({ type: 'min_length', options: amount(draft.minLength) })
    if (draft.maxLength) rules.push({ type: 'max_length', options: amount(draft.maxLength) })
    if (draft.pattern) rules.push({ type: 'pattern', options: draft.pattern })
    return rules
  }
  rules.push(...draft.ranges.map(({ from, to }) => ({ type: 'between', options: { from: value(from), to: value(to) } })))
  if (draft.min) rules.push({ type: 'min', options: value(draft.min) })
  if (draft.max) rules.push({ type: 'max', options: value(draft.max) })
  return rules
}

export interface Verdict {
  rule: string
  /** `undefined` when only the server can tell. */
  passes: boolean | undefined
}

/** What each rule says of a typed value. An empty text stands for no value, which is measured by `required` alone. */
export function tryValue(type: FieldType, rules: Rule[], required: boolean, typed: string): Verdict[] {
  const says = t.rules.says
  if (typed === '') return [{ rule: required ? says.required : says.noValue, passes: !required }]
  const comparable = parse(type, typed)
  if (comparable === undefined) return [{ rule: says.type[type], passes: false }]
  const verdicts: Verdict[] = [{ rule: says.type[type], passes: true }]
  const draft = readRules(rules)
  if (draft.choices.length + draft.ranges.length > 0 && type !== 'relationship') {
    const fits =
      draft.choices.some((choice) => (type === 'string' ? choice === typed : parse(type, choice) === comparable)) ||
      draft.ranges.some(({ from, to }) => isAtLeast(type, comparable, from) && isAtMost(type, comparable, to))
    verdicts.push({ rule: says.oneOf(draft.choices, draft.ranges), passes: fits })
  }
  for (const format of type === 'string' ? draft.formats : []) verdicts.push({ rule: says.format[format], passes: formats[format].test(typed) })
  const length = [...typed].length
  if (draft.minLength) verdicts.push({ rule: says.minLength(draft.minLength), passes: length >= Number(draft.minLength) })
  if (draft.maxLength) verdicts.push({ rule: says.maxLength(draft.maxLength), passes: length <= Number(draft.maxLength) })
  if (draft.pattern) verdicts.push({ rule: says.pattern(draft.pattern), passes: matches(draft.pattern, typed) })
  if (draft.min) verdicts.push({ rule: says.min(draft.min), passes: isAtLeast(type, comparable, draft.min) })
  if (draft.max) verdicts.push({ rule: says.max(draft.max), passes: isAtMost(type, comparable, draft.max) })
  return verdicts
}

const formats: Record<Format, RegExp> = {
  email: /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/,
  slug: /^[A-Za-z0-9_-]+$/,
  uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
}

/** The server's patterns are nearly the browser's. One that the browser cannot read is left to the server. */
function matches(pattern: string, typed: string): boolean | undefined {
  const flags = /^\(\?([ims]+)\)/.exec(pattern)
  try {
    return new RegExp(flags ? pattern.slice(flags[0].length) : pattern, `u${flags?.[1] ?? ''}`).test(typed)
  } catch {
    return undefined
  }
}

type Comparable = string | number | bigint

/** A value that can be compared with others of its type; `undefined` when it is none of that type. */
export function parse(type: FieldType, typed: string): Comparable | undefined {
  if (type === 'integer') return /^-?\d+(\.0+)?$/.test(typed.trim()) ? numberOf(typed.trim().replace(/\.0+$/, '')) : undefined
  if (type === 'float') return numberOf(typed)
  if (type === 'boolean') return typed === 'true' ? 1 : typed === 'false' ? 0 : undefined
  if (type === 'date') return instant(typed)
  return typed
}

/** Milliseconds since 1970 of a date with or without a time; `undefined` for a day that no calendar has. */
export function instant(typed: string): number | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}:\d{2}:\d{2}(?:\.\d+)?)(Z|[+-]\d{2}:\d{2})?)?$/i.exec(typed)
  if (!match) return undefined
  const [, year, month, day, time = '00:00:00', zone = 'Z'] = match
  const midnight = new Date(`${year}-${month}-${day}T00:00:00Z`)
  const value = Date.parse(`${year}-${month}-${day}T${time}${zone.toUpperCase()}`)
  return midnight.getUTCDate() === Number(day) && Number.isFinite(value) ? value : undefined
}

function isAtLeast(type: FieldType, value: Comparable, bound: string): boolean {
  const limit = parse(type, bound)
  return limit !== undefined && value >= limit
}

function isAtMost(type: FieldType, value: Comparable, bound: string): boolean {
  const limit = parse(type, bound)
  return limit !== undefined && value <= limit
}
