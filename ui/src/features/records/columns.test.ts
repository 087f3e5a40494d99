import { expect, test } from 'vitest'
import { fitted } from './columns'

test('remembered columns follow the fields that come and go', () => {
  const known = ['name', 'email', 'tier', 'points']
  expect(fitted(null, known, ['name', 'tier'])).toEqual({ order: known, shown: ['name', 'tier'], widths: {} })
  const stored = { order: ['tier', 'gone', 'name'], shown: ['tier', 'gone'], widths: { tier: 90 } }
  expect(fitted(stored, known, ['name'])).toEqual({ order: ['tier', 'name', 'email', 'points'], shown: ['tier'], widths: { tier: 90 } })
  expect(fitted({ shown: [] }, known, ['name']).shown).toEqual(['name'])
  expect(fitted('nonsense' as never, known, ['name']).shown).toEqual(['name'])
})
