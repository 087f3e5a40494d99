/** What the server refused, and which inputs of a form it is about. */
import { t } from '../strings.en.ts'
import type { components } from './schema'

export type ErrorObject = components['schemas']['ErrorObject'] & { meta?: Record<string, unknown> | null }

export class Failure extends Error {
  readonly status: number
  readonly errors: ErrorObject[]
  /** In how many seconds the server wants to be asked again. */
  readonly retryAfter: number | undefined

  constructor(status: number, errors: ErrorObject[], retryAfter?: number) {
    super(errors.map(sentence).join('\n') || t.errors.status(status))
    this.status = status
    this.errors = errors
    this.retryAfter = retryAfter
  }
}

function sentence(error: ErrorObject): string {
  const text = error.detail ?? error.title
  return error.request_id ? `${text} (${error.request_id})` : text
}

/** The failure that a refused request stands for. */
export function failureOf(response: Response, body: unknown): Failure {
  const errors = (body as { errors?: ErrorObject[] } | undefined)?.errors
  const wait = Number(response.headers.get('retry-after') ?? Number.NaN)
  return new Failure(response.status, Array.isArray(errors) ? errors : [], Number.isFinite(wait) ? wait : undefined)
}

/** Words for anything that can go wrong, a network that is gone included. */
export function words(error: unknown): string {
  if (error instanceof Failure) return error.message
  if (error instanceof TypeError) return t.errors.unreachable
  return error instanceof Error ? error.message : String(error)
}

export interface FormErrors {
  /** By the name of the input. */
  fields: Record<string, string>
  /** What belongs to no input. */
  rest: string[]
}

/** Sorts the errors of a failure to the inputs that they name, in each of the ways that the API names them. */
export function formErrors(error: unknown, inputs: Iterable<string>): FormErrors {
  if (!(error instanceof Failure) || error.errors.length === 0) return { fields: {}, rest: [words(error)] }
  const known = new Set(inputs)
  const fields: Record<string, string> = {}
  const rest: string[] = []
  for (const object of error.errors) {
    const name = inputOf(object)
    if (name !== undefined && known.has(name)) {
      const text = sentence(object).replace(new RegExp(`^data\\.${name}[^:]*: `), '')
      fields[name] = fields[name] ? `${fields[name]}; ${text}` : text
    } else {
      rest.push(sentence(object))
    }
  }
  return { fields, rest }
}

function inputOf(error: ErrorObject): string | undefined {
  if (error.title === 'Duplicate email') return 'email'
  const named = /^data\.([A-Za-z0-9_-]+)/.exec(error.source ?? '') ?? /\bdata\.([A-Za-z0-9_-]+)/.exec(error.detail ?? '')
  if (named) return named[1]
  // Addresses name the attribute at the beginning of the sentence, settings and keys in quotes.
  const detail = error.detail ?? ''
  return (/^([a-z_0-9]+) /.exec(detail) ?? /The field '([a-z_]+)'/.exec(detail))?.[1]
}
