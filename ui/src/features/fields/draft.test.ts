import { expect, test } from 'vitest'
import { changes, inputOf, newDraft } from './draft'

test('a default is sent in the type of its field', () => {
  expect(inputOf({ ...newDraft('integer'), default: '5' }).default).toBe(5)
  expect(inputOf({ ...newDraft('boolean'), default: 'false' }).default).toBe(false)
  expect(inputOf({ ...newDraft('string'), default: '5' }).default).toBe('5')
  expect(inputOf({ ...newDraft('date'), default: '' }).default).toBeNull()
  expect(inputOf({ ...newDraft('integer'), default: 'many' }).default).toBe('many')
})

test('an update sends only what has changed', () => {
  const before = { ...newDraft('string'), name: 'Tier', slug: 'tier' }
  expect(changes(before, before)).toEqual({})
  expect(changes(before, { ...before, required: true, rules: { ...before.rules, choices: ['Gold'] } })).toEqual({
    required: true,
    validation_rules: [{ type: 'enum', options: ['Gold'] }],
  })
})
