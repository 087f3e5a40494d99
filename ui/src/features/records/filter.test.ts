import { describe, expect, test } from 'vitest'
import { both, clause, countConditions, fieldsOf, filterText, type Group, quickFilter } from './filter'

const noon = new Date('2026-03-31T12:00:00Z')

describe('a condition', () => {
  test('is written in the filter language', () => {
    expect(clause({ field: 'tier', op: 'is', value: 'Gold' })).toBe('eq(tier,"Gold")')
    expect(clause({ field: 'tier', op: 'is_not', value: 'Gold' })).toBe('not(eq(tier,"Gold"))')
    expect(clause({ field: 'points', op: 'ge', value: '100' })).toBe('ge(points,"100")')
    expect(clause({ field: 'vip', op: 'yes' })).toBe('eq(vip,true)')
    expect(clause({ field: 'tier', op: 'empty' })).toBe('is_null(tier)')
    expect(clause({ field: 'tier', op: 'filled' })).toBe('not(is_null(tier))')
    expect(clause({ field: 'tier', op: 'any_of', value: ['a', 'b,c'] })).toBe('in(tier,"a","b,c")')
  })

  test('keeps quotes, backslashes and stars as they were typed', () => {
    expect(clause({ field: 'name', op: 'is', value: 'a "b" \\c' })).toBe('eq(name,"a \\"b\\" \\\\c")')
    expect(clause({ field: 'name', op: 'contains', value: '5*' })).toBe('like(name,"*5\\**")')
    expect(clause({ field: 'name', op: 'starts', value: 'Ron' })).toBe('like(name,"Ron*")')
    expect(clause({ field: 'name', op: 'ends', value: 'son' })).toBe('like(name,"*son")')
  })

  test('counts days back from now', () => {
    expect(clause({ field: 'seen', op: 'last_days', value: '30' }, noon)).toBe('ge(seen,"2026-03-01")')
    expect(clause({ field: 'seen', op: 'last_days', value: 'x' }, noon)).toBeUndefined()
    expect(clause({ field: 'seen', op: 'last_days', value: '999999999' }, noon)).toBeUndefined()
  })

  test('is left out while it has no value', () => {
    expect(clause({ field: 'tier', op: 'is' })).toBeUndefined()
    expect(clause({ field: 'tier', op: 'any_of', value: [] })).toBeUndefined()
  })
})

describe('a group', () => {
  const tree: Group = {
    any: false,
    items: [
      { field: 'vip', op: 'yes' },
      { any: true, items: [{ field: 'tier', op: 'is', value: 'Gold' }, { field: 'points', op: 'gt', value: '9' }] },
      { field: 'city', op: 'is' },
    ],
  }

  test('joins what is complete', () => {
    expect(filterText(tree)).toBe('eq(vip,true):(eq(tier,"Gold")|gt(points,"9"))')
    expect(filterText({ any: true, items: [{ any: false, items: [{ field: 'a', op: 'yes' }, { field: 'b', op: 'no' }] }, { field: 'c', op: 'empty' }] })).toBe(
      '(eq(a,true):eq(b,false)|is_null(c))',
    )
    expect(filterText({ any: false, items: [] })).toBeUndefined()
  })

  test('knows how large it is and what it is about', () => {
    expect(countConditions(tree)).toBe(4)
    expect(fieldsOf(tree)).toEqual(['vip', 'tier', 'points', 'city'])
  })
})

test('the quick bar looks in several attributes at once', () => {
  expect(quickFilter(['name', 'email'], 'like', ' ron ')).toBe('(like(name,"*ron*")|like(email,"*ron*"))')
  expect(quickFilter(['email'], 'is', 'ron@x.y')).toBe('eq(email,"ron@x.y")')
  expect(quickFilter(['email'], 'is', ' ')).toBeUndefined()
  expect(both('a', undefined)).toBe('a')
  expect(both('a', 'b')).toBe('a:b')
})
