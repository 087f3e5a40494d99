/** One value for many records: what it would do to each, doing it, and taking it back. */
import { Failure, words } from '../../api/errors'
import { t } from '../../strings.en.ts'
import { tryValue } from '../fields/rules'
import type { Attribute, Loaded, RecordData, Resource } from './resource'
import { save } from './save'
import { same, toInput, valueOf } from './values'

/** What is given to each of many records. */
export interface Change {
  resource: Resource
  attribute: Attribute
  value: unknown
}

/** A record as it was when it was looked at. */
export interface Target {
  id: string
  label: string
  before: unknown
  updatedAt: string
  /** Which state it is in since it was changed; a strict store names none. */
  etag?: string | null
}

export interface Trouble {
  id: string
  label: string
  reason: string
}

export interface Plan {
  changes: Target[]
  /** How many have the value already. */
  same: number
  refused: Trouble[]
}

export const noPlan: Plan = { changes: [], same: 0, refused: [] }

/** Sorts records by what the change would do to them. What the rules of the field say of the value is another question. */
export function planned(plan: Plan, { resource, attribute, value }: Change, records: RecordData[]): Plan {
  const next = { changes: [...plan.changes], same: plan.same, refused: [...plan.refused] }
  for (const record of records) {
    const { id } = record
    const label = resource.labelOf(record)
    const before = valueOf(record, attribute)
    if (same(before, value)) next.same += 1
    else if (attribute.immutable && !isNothing(before)) next.refused.push({ id, label, reason: t.bulk.settled })
    else next.changes.push({ id, label, before, updatedAt: record.meta.timestamps.updated_at })
  }
  return next
}

const isNothing = (value: unknown) => value === null || (Array.isArray(value) && value.length === 0)

/** What the rules of a field say against a value, where the server cannot be asked without writing it. */
export function broken({ attribute, value }: Change): string | undefined {
  const { field, kind } = attribute
  if (!field || kind === 'relationship' || kind === 'time' || kind === 'id') return undefined
  const verdicts = tryValue(kind, field.validation_rules, field.required, String(toInput(value, attribute) ?? ''))
  return verdicts.find(({ passes }) => passes === false)?.rule
}

export interface Outcome {
  done: Target[]
  failed: Trouble[]
  /** What was not come to, and why, unless someone stopped it. */
  rest: Target[]
  halted?: string
}

/** How many records are written at the same time. */
const AT_ONCE = 4

/** Gives each record the value, unless someone else has changed the record since it was looked at. */
export function apply({ resource, attribute, value }: Change, targets: Target[], signal: AbortSignal, onStep: (count: number) => void): Promise<Outcome> {
  return each(targets, signal, onStep, async (target) => {
    const current = await unchanged(resource, attribute, target, target.before)
    return current && written(target, await save(resource, [attribute], current, { [attribute.slug]: value }, () => {}))
  })
}

/** Gives each record back what it had, unless someone else has changed it since. */
export function undo({ resource, attribute, value }: Change, targets: Target[], signal: AbortSignal, onStep: (count: number) => void): Promise<Outcome> {
  return each(targets, signal, onStep, async (target) => {
    const current = target.etag ? { record: { id: target.id } as RecordData, etag: target.etag } : await unchanged(resource, attribute, target, value)
    return current && written(target, await save(resource, [attribute], current, { [attribute.slug]: target.before }, () => {}))
  })
}

const written = (target: Target, { record, etag }: Loaded): Target => ({ ...target, updatedAt: record.meta.timestamps.updated_at, etag })

/** The record as it is now, if that is how it was. */
async function unchanged(resource: Resource, attribute: Attribute, { id, updatedAt }: Target, value: unknown): Promise<Loaded | undefined> {
  const current = await resource.read(id)
  const isSame = current.record.meta.timestamps.updated_at === updatedAt && same(valueOf(current.record, attribute), value)
  return isSame ? current : undefined
}

async function each(targets: Target[], signal: AbortSignal, onStep: (count: number) => void, act: (target: Target) => Promise<Target | undefined>): Promise<Outcome> {
  const outcome: Outcome = { done: [], failed: [], rest: [...targets] }
  const fail = ({ id, label }: Target, reason: string) => outcome.failed.push({ id, label, reason })
  async function work() {
    while (!signal.aborted && outcome.halted === undefined) {
      const target = outcome.rest.shift()
      if (!target) return
      try {
        const done = await act(target)
        if (done) outcome.done.push(done)
        else fail(target, t.bulk.changedMeanwhile)
      } catch (error) {
        if (isAboutAll(error)) {
          outcome.rest.unshift(target)
          outcome.halted = words(error)
          return
        }
        fail(target, error instanceof Failure && error.status === 412 ? t.bulk.changedMeanwhile : words(error))
      }
      onStep(outcome.done.length + outcome.failed.length)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return outcome
}

/** Whether the next record would fare no better: nobody is signed in, there were too many requests, or no server answers. */
function isAboutAll(error: unknown): boolean {
  return !(error instanceof Failure) || error.status === 401 || error.status === 429 || error.status >= 500
}
