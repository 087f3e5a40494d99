import { expect, test } from 'vitest'
import { fitted } from './columns'

test('remembered columns follow the fields that come and go', () => {
  const known = ['name', 'email', 'tier', 'points']
  expect(fitted(null, known, ['name', 'tier'])).toEqual({ order: known, shown: ['name', 'tier'], widths: {}, frozen: 0 })
  const stored = { order: ['tier', 'gone', 'name'], shown: ['tier', 'gone'], widths: { tier: 90 }, frozen: 1 }
  expect(fitted(stored, known, ['name'])).toEqual({ order: ['tier', 'name', 'email', 'points'], shown: ['tier'], widths: { tier: 90 }, frozen: 1 })
  expect(fitted({ frozen: 99 }, known, ['name']).frozen).toBe(5)
  expect(fitted({ frozen: '1' as never }, known, ['name']).frozen).toBe(0)
  expect(fitted({ shown: [] }, known, ['name']).shown).toEqual(['name'])
  expect(fitted('nonsense' as never, known, ['name']).shown).toEqual(['name'])
})
