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
  /** Whether it was sent, and nobody knows what became of it. */
  isUnsure?: boolean
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

export const newPlan = (): Plan => ({ changes: [], same: 0, refused: [] })

/** Adds records to a plan by what the change would do to them. What the rules of the field say of the value is another question. */
export function extend(plan: Plan, { resource, attribute, value }: Change, records: RecordData[]): Plan {
  for (const record of records) {
    const { id } = record
    const label = resource.labelOf(record)
    const before = valueOf(record, attribute)
    if (same(before, value)) plan.same += 1
    else if (attribute.immutable && !isNothing(before)) plan.refused.push({ id, label, reason: t.bulk.settled })
    else plan.changes.push({ id, label, before, updatedAt: record.meta.timestamps.updated_at })
  }
  return plan
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
export function apply(change: Change, targets: Target[], signal: AbortSignal, onStep: (count: number) => void): Promise<Outcome> {
  return each(targets, signal, onStep, (target) => turn(change, target, target.before, change.value))
}

/** Gives each record back what it had, unless someone else has changed it since. */
export function undo(change: Change, targets: Target[], signal: AbortSignal, onStep: (count: number) => void): Promise<Outcome> {
  return each(targets, signal, onStep, (target) => turn(change, target, change.value, target.before))
}

/** Gives a record one value for another, and nothing when that is not what it has. */
async function turn({ resource, attribute }: Change, target: Target, from: unknown, to: unknown): Promise<Target | undefined> {
  const { id, updatedAt, etag, isUnsure } = target
  const written = ({ record, etag }: Loaded): Target => ({ ...target, updatedAt: record.meta.timestamps.updated_at, etag, isUnsure: false })
  const write = async (based: Loaded) => {
    try {
      return written(await save(resource, [attribute], based, { [attribute.slug]: to }, () => {}))
    } catch (error) {
      throw error instanceof Failure && error.status < 500 ? error : new Lost(error)
    }
  }
  if (etag && !isUnsure) return write({ record: { id } as RecordData, etag })
  const current = await resource.read(id)
  const value = valueOf(current.record, attribute)
  // Then it was we who wrote it, and only the answer was lost.
  if (isUnsure && same(value, to)) return written(current)
  const isAsItWas = etag ? current.etag === etag : current.record.meta.timestamps.updated_at === updatedAt && same(value, from)
  return isAsItWas ? write(current) : undefined
}

async function each(targets: Target[], signal: AbortSignal, onStep: (count: number) => void, act: (target: Target) => Promise<Target | undefined>): Promise<Outcome> {
  const outcome: Outcome = { done: [], failed: [], rest: [] }
  const again: Target[] = []
  let next = 0
  const fail = ({ id, label }: Target, reason: string) => outcome.failed.push({ id, label, reason })
  async function work() {
    while (!signal.aborted && outcome.halted === undefined) {
      const target = targets[next++]
      if (!target) return
      try {
        const done = await act(target)
        if (done) outcome.done.push(done)
        else fail(target, t.bulk.changedMeanwhile)
      } catch (thrown) {
        const error = thrown instanceof Lost ? thrown.cause : thrown
        if (isAboutAll(error)) {
          again.push(thrown instanceof Lost ? { ...target, isUnsure: true } : target)
          outcome.halted = words(error)
          return
        }
        fail(target, error instanceof Failure && error.status === 412 ? t.bulk.changedMeanwhile : words(error))
      }
      onStep(outcome.done.length + outcome.failed.length)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  // What failed comes last, as it may be what is wrong.
  outcome.rest = [...targets.slice(next), ...again]
  return outcome
}

/** What was sent may have been done, although no answer says so. */
class Lost extends Error {
  constructor(cause: unknown) {
    super('The answer was lost', { cause })
  }
}

/** Whether the next record would fare no better: nobody is signed in, there were too many requests, or no server answers. */
function isAboutAll(error: unknown): boolean {
  return !(error instanceof Failure) || error.status === 401 || error.status === 429 || error.status >= 500
}
