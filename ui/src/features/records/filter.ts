/** Conditions as a person puts them together, and the filter text of the API that says the same. */

export type Kind = 'string' | 'integer' | 'float' | 'boolean' | 'date' | 'relationship' | 'time' | 'id'

export type Op =
  | 'is' | 'is_not' | 'any_of' | 'contains' | 'starts' | 'ends'
  | 'gt' | 'ge' | 'lt' | 'le' | 'last_days' | 'yes' | 'no' | 'empty' | 'filled'

export interface Condition {
  field: string
  op: Op
  value?: string | string[]
}

/** Conditions that all hold or, with `any`, of which at least one does. */
export interface Group {
  any: boolean
  items: (Condition | Group)[]
}

/** The most operators that one filter may have. */
export const MAX_CONDITIONS = 10

/** How far back the last days can reach. */
export const MAX_DAYS = 36_500

export const OPERATORS: Record<Kind, Op[]> = {
  string: ['is', 'is_not', 'contains', 'starts', 'ends', 'any_of', 'empty', 'filled'],
  integer: ['is', 'is_not', 'gt', 'ge', 'lt', 'le', 'any_of', 'empty', 'filled'],
  float: ['is', 'is_not', 'gt', 'ge', 'lt', 'le', 'any_of', 'empty', 'filled'],
  boolean: ['yes', 'no', 'empty', 'filled'],
  date: ['is', 'gt', 'ge', 'lt', 'le', 'last_days', 'empty', 'filled'],
  time: ['is', 'ge', 'lt', 'last_days'],
  relationship: ['is', 'any_of', 'empty', 'filled'],
  id: ['is', 'any_of'],
}

/** Operators that need nothing to compare with. */
export const needsNoValue = (op: Op) => op === 'empty' || op === 'filled' || op === 'yes' || op === 'no'

export const isGroup = (item: unknown): item is Group =>
  typeof item === 'object' && item !== null && Array.isArray((item as Group).items)

/** A value in quotes, in which nothing but the quote and the backslash means anything, and stars only at the ends. */
export function quoted(value: string): string {
  return `"${value.replace(/[\\"]/g, '\\$&')}"`
}

/** A value in which stars are no wildcards. */
function literal(value: string): string {
  return value.replace(/[\\"*]/g, '\\$&')
}

function pattern(before: string, value: string, after: string): string {
  return `"${before}${literal(value)}${after}"`
}

/** The filter text of one condition; `undefined` while it is not complete. */
export function clause({ field, op, value }: Condition, now = new Date()): string | undefined {
  if (op === 'empty') return `is_null(${field})`
  if (op === 'filled') return `not(is_null(${field}))`
  if (op === 'yes') return `eq(${field},true)`
  if (op === 'no') return `eq(${field},false)`
  if (Array.isArray(value)) {
    const values = value.filter((one) => one !== '')
    return values.length > 0 ? `in(${field},${values.map(quoted).join(',')})` : undefined
  }
  if (value === undefined || value === '') return undefined
  switch (op) {
    case 'is':
      return `eq(${field},${quoted(value)})`
    case 'is_not':
      return `not(eq(${field},${quoted(value)}))`
    case 'any_of':
      return `in(${field},${quoted(value)})`
    case 'contains':
      return `like(${field},${pattern('*', value, '*')})`
    case 'starts':
      return `like(${field},${pattern('', value, '*')})`
    case 'ends':
      return `like(${field},${pattern('*', value, '')})`
    case 'last_days':
      return /^\d+$/.test(value) && Number(value) <= MAX_DAYS ? `ge(${field},${quoted(daysBefore(now, Number(value)))})` : undefined
    default:
      return `${op}(${field},${quoted(value)})`
  }
}

function daysBefore(now: Date, days: number): string {
  return new Date(now.getTime() - days * 86_400_000).toISOString().slice(0, 10)
}

/** The filter text of a group; `undefined` when nothing in it is complete. */
export function filterText(group: Group, now = new Date()): string | undefined {
  const parts = group.items
    .map((item) => (isGroup(item) ? filterText(item, now) : clause(item, now)))
    .filter((part) => part !== undefined)
  if (parts.length < 2) return parts[0]
  // The platform's own way to write a choice, which strict stores know too.
  return group.any ? `(${parts.join('|')})` : parts.join(':')
}

/** How many operators the filter text of a group has. */
export function countConditions(group: Group): number {
  return group.items.reduce((count, item) => count + (isGroup(item) ? countConditions(item) : 1), 0)
}

/** The names that a group asks about, each once. */
export function fieldsOf(group: Group): string[] {
  return [...new Set(group.items.flatMap((item) => (isGroup(item) ? fieldsOf(item) : [item.field])))]
}

export type QuickMode = 'is' | 'like' | 'starts' | 'ends'

/** What the quick bar asks: in one attribute, or in each of several. */
export function quickFilter(by: string[], mode: QuickMode, text: string): string | undefined {
  if (!text.trim()) return undefined
  const op: Op = mode === 'is' ? 'is' : mode === 'like' ? 'contains' : mode
  return filterText({ any: true, items: by.map((field) => ({ field, op, value: text.trim() })) })
}

/** Both filters hold. A text with a choice at its top keeps its own parentheses. */
export function both(a: string | undefined, b: string | undefined): string | undefined {
  return a && b ? `${a}:${b}` : (a ?? b)
}
