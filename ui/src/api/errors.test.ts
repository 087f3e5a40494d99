import { expect, test } from 'vitest'
import { type ErrorObject, Failure, formErrors } from './errors'

const INPUTS = ['name', 'email', 'tier', 'first_name', 'page_length', 'validation_rules']
const of = (...errors: ErrorObject[]) => formErrors(new Failure(422, errors), INPUTS)

test('errors find their inputs in each of the ways that the API names them', () => {
  expect(of({ status: 422, title: 'Validation Error', source: 'data.tier', detail: 'data.tier: "tier" is required' }).fields).toEqual({ tier: '"tier" is required' })
  expect(of({ status: 422, title: 'Failed Validation', detail: 'The data.name field is required.' }).fields).toEqual({ name: 'The data.name field is required.' })
  expect(of({ status: 400, title: 'required', source: 'data', detail: 'first_name is required' }).fields).toEqual({ first_name: 'first_name is required' })
  expect(of({ status: 409, title: 'Duplicate email', detail: 'A customer with this email already exists' }).fields).toEqual({ email: 'A customer with this email already exists' })
  expect(of({ status: '400', title: 'Bad Request', detail: "The field 'name' is required." }).fields).toEqual({ name: "The field 'name' is required." })
  expect(of({ status: 422, title: 'Validation Error', source: 'data.validation_rules[0]', detail: 'data.validation_rules[0]: needs options' }).fields).toEqual({ validation_rules: 'needs options' })
})

test('what belongs to no input is told all the same', () => {
  expect(of({ status: 422, title: 'Validation Error', source: 'data.gone', detail: 'data.gone: no' }).rest).toEqual(['data.gone: no'])
  expect(of({ status: 500, title: 'Internal Server Error', detail: 'Sorry.', request_id: 'r1' }).rest).toEqual(['Sorry. (r1)'])
  expect(formErrors(new TypeError('fetch failed'), INPUTS).rest[0]).toContain('cannot be reached')
  expect(formErrors(new Failure(502, []), INPUTS).rest).toEqual(['The server answered with status 502.'])
})

test('two errors of one input are both told', () => {
  const error = (detail: string): ErrorObject => ({ status: 422, title: 'Validation Error', source: 'data.tier', detail })
  expect(of(error('data.tier: too short'), error('data.tier: no slug')).fields).toEqual({ tier: 'too short; no slug' })
})
