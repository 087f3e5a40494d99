import { expect, test } from 'vitest'
import { newDraft } from './draft'
import { impactsOf } from './impact'
import { noRules } from './rules'

const draft = (type: 'string' | 'integer', rules: Partial<typeof noRules> = {}, required = false) => ({ ...newDraft(type), slug: 'tier', required, rules: { ...noRules, ...rules } })

test('what a stricter rule says against what is stored is asked of the list', () => {
  expect(impactsOf(draft('string'), draft('string', {}, true))).toEqual([{ of: 'empty', filter: 'is_null(tier)' }])
  expect(impactsOf(draft('integer', { min: '1' }), draft('integer', { min: '5', max: '9' }))).toEqual([
    { of: 'misfits', filter: 'lt(tier,"5")' },
    { of: 'misfits', filter: 'gt(tier,"9")' },
  ])
  expect(impactsOf(draft('string', { choices: ['Gold', 'Silver'] }), draft('string', { choices: ['Gold'] }))).toEqual([{ of: 'misfits', filter: 'not(is_null(tier)):not(in(tier,"Gold"))' }])
  const range = { ranges: [{ from: '1', to: '5' }] }
  expect(impactsOf(draft('integer'), draft('integer', range))).toEqual([{ of: 'misfits', filter: 'not(is_null(tier)):not((ge(tier,"1"):le(tier,"5")))' }])
})

test('what no filter finds is said to be uncounted, and what is laxer says nothing', () => {
  expect(impactsOf(draft('string'), draft('string', { pattern: '^C', maxLength: '3' }))).toEqual([{ of: 'misfits', filter: undefined }])
  expect(impactsOf(draft('string', { choices: ['Gold'], maxLength: '3' }, true), draft('string', { choices: ['Gold', 'Silver'], maxLength: '5' }))).toEqual([])
  expect(impactsOf(draft('string', { choices: ['Gold'] }), draft('string'))).toEqual([])
})
