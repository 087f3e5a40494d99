import { describe, expect, test } from 'vitest'
import { instant, noRules, readRules, tryValue, writeRules } from './rules'

const passes = (...args: Parameters<typeof tryValue>) => tryValue(...args).every((verdict) => verdict.passes !== false)

describe('rules', () => {
  test('come back as they were read', () => {
    const text = [{ type: 'enum', options: ['fast', 'slow'] }, { type: 'slug' }, { type: 'min_length', options: 2 }, { type: 'max_length', options: 9 }, { type: 'pattern', options: '^f' }]
    expect(writeRules('string', readRules(text))).toEqual(text)
    const number = [{ type: 'enum', options: [100] }, { type: 'between', options: { from: 1, to: 5 } }, { type: 'min', options: -1 }, { type: 'max', options: 2.5 }]
    expect(writeRules('float', readRules(number))).toEqual(number)
    const relation = [{ type: 'one-to-one', to: 'customers' }]
    expect(writeRules('relationship', readRules(relation))).toEqual(relation)
  })

  test('of one type are forgotten by another', () => {
    expect(writeRules('boolean', { ...noRules, choices: ['a'] })).toEqual([])
    expect(writeRules('integer', { ...noRules, pattern: 'a', formats: ['email'] })).toEqual([])
  })

  test('with bounds beside the type are understood, as an old client sends them', () => {
    expect(readRules([{ type: 'between', from: 1, to: '5' }]).ranges).toEqual([{ from: '1', to: '5' }])
  })
})

describe('the test box', () => {
  test('takes any choice or range, and every other rule', () => {
    const rules = [{ type: 'enum', options: [100] }, { type: 'between', options: { from: 1, to: '5' } }]
    expect(passes('integer', rules, false, '5')).toBe(true)
    expect(passes('integer', rules, false, '100')).toBe(true)
    expect(passes('integer', rules, false, '6')).toBe(false)
    expect(passes('string', [{ type: 'enum', options: ['a b'] }, { type: 'slug' }], false, 'a b')).toBe(false)
    expect(passes('integer', [{ type: 'min', options: 3 }], false, '2')).toBe(false)
  })

  test('tells neighbours beyond 2^53 apart', () => {
    const rules = [{ type: 'max', options: 9007199254740992n }]
    expect(passes('integer', rules, false, '9007199254740992')).toBe(true)
    expect(passes('integer', rules, false, '9007199254740993')).toBe(false)
  })

  test('knows the types', () => {
    expect(passes('integer', [], false, '2.5')).toBe(false)
    expect(passes('integer', [], false, '2.0')).toBe(true)
    expect(passes('float', [], false, '1e3')).toBe(true)
    expect(passes('boolean', [], false, 'yes')).toBe(false)
    expect(passes('date', [], false, '8.24.2018')).toBe(false)
    expect(passes('date', [], false, '2023-02-30')).toBe(false)
  })

  test('measures no value by required alone', () => {
    expect(passes('string', [{ type: 'min_length', options: 3 }], false, '')).toBe(true)
    expect(passes('string', [], true, '')).toBe(false)
  })

  test('finds patterns anywhere, counts characters, and leaves what it cannot read to the server', () => {
    expect(passes('string', [{ type: 'pattern', options: '[0-9]' }], false, 'a1')).toBe(true)
    expect(passes('string', [{ type: 'pattern', options: '(?i)^C-' }], false, 'c-1')).toBe(true)
    expect(passes('string', [{ type: 'max_length', options: 1 }], false, '🎉')).toBe(true)
    expect(tryValue('string', [{ type: 'pattern', options: '(?x) a' }], false, 'a').at(-1)?.passes).toBeUndefined()
  })

  test('compares dates as instants', () => {
    expect(passes('date', [{ type: 'enum', options: ['2017-12-25'] }], false, '2017-12-25 00:00:00')).toBe(true)
    expect(instant('2018-04-16T10:11:59.715Z')).toBe(Date.UTC(2018, 3, 16, 10, 11, 59, 715))
    expect(passes('date', [{ type: 'min', options: '2020-01-01' }], false, '2019-12-31')).toBe(false)
  })
})
