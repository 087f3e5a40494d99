import { describe, expect, test } from 'vitest'
import type { Field } from '../../api/client'
import { conflictsOf, settled } from './conflict'
import { type Attribute, attributeOf, type RecordData } from './resource'
import { changedValues, display, fromInput, initialValue, toInput, valueOf } from './values'

const field = (slug: string, field_type: string, more: object = {}) => attributeOf({ slug, field_type, name: slug, validation_rules: [], required: false, enabled: true, description: '', ...more } as unknown as Field)
const points = field('points', 'integer')
const tier = field('tier', 'string', { validation_rules: [{ type: 'enum', options: ['Gold', 'Silver'] }] })
const vip = field('vip', 'boolean')
const friends = field('friends', 'relationship')
const record = { id: '1', points: 5, tier: null, vip: true, relationships: { friends: { data: { type: 'customer', id: '2' } } }, meta: { timestamps: { created_at: '2026-01-01T00:00:00.000Z', updated_at: '' } } } as unknown as RecordData

describe('values', () => {
  test('go into inputs and come back', () => {
    for (const attribute of [points, tier, vip, friends]) {
      const value = valueOf(record, attribute)
      expect(fromInput(toInput(value, attribute), attribute)).toEqual(value)
    }
    expect(toInput(null, tier)).toBeNull()
    expect(toInput(null, points)).toBe('')
    expect(fromInput('2.5', points)).toBe(2.5)
    expect(fromInput('many', points)).toBe('many')
    expect(fromInput(toInput(9007199254740993n, points), points)).toBe(9007199254740993n)
  })

  test('that were not touched are not sent', () => {
    const all: Attribute[] = [points, tier, vip, friends, field('note', 'string'), field('rate', 'float')]
    const before = { points: 5, tier: null, vip: true, friends: [], note: '', rate: 1.5 }
    expect(changedValues(all, before, { points: '5', tier: null, vip: true, friends: [], note: '', rate: '1.50' })).toEqual({})
    expect(changedValues(all, before, { points: '', tier: 'Gold', vip: false, friends: [{ type: 'a', id: '1' }], note: 'x', rate: '2' })).toEqual({
      points: null, tier: 'Gold', vip: false, friends: [{ type: 'a', id: '1' }], note: 'x', rate: 2,
    })
  })

  test('of new records begin with the default in the type of the field', () => {
    expect(initialValue(field('a', 'boolean', { default: 'true' }))).toBe(true)
    expect(initialValue(field('a', 'integer', { default: '' }))).toBeNull()
    expect(initialValue(field('a', 'string', { default: 0 }))).toBe(0)
    expect(initialValue(friends)).toEqual([])
  })

  test('are said in words', () => {
    expect(display(true, vip)).toBe('Yes')
    expect(display(9007199254740993n, points)).toBe((9007199254740993n).toLocaleString())
    expect(display(null, points)).toBe('')
    expect(display([{ type: 'customer', id: '2' }], friends)).toBe('2')
  })
})

describe('when someone else saved first', () => {
  test('only what both changed differently has to be decided', () => {
    const before = { name: 'Ron', tier: 'Gold', points: 1 }
    expect(conflictsOf(before, { tier: 'Silver' }, { ...before, name: 'Ronald' })).toEqual([])
    expect(conflictsOf(before, { tier: 'Silver' }, { ...before, tier: 'Silver' })).toEqual([])
    expect(conflictsOf(before, { tier: 'Silver', points: 2 }, { ...before, tier: 'Bronze' })).toEqual([{ slug: 'tier', mine: 'Silver', theirs: 'Bronze', before: 'Gold' }])
  })

  test('what gives way is not sent', () => {
    expect(settled({ tier: 'Silver', points: 2 }, ['tier'])).toEqual({ points: 2 })
  })
})
