import { expect, test } from 'vitest'
import { isDay } from './times'

test('a day is one that the calendar has, written in one way', () => {
  expect(['2026-12-24', '2024-02-29'].map(isDay)).toEqual([true, true])
  expect(['2026-02-29', '2026-13-01', '2026-1-2', '24.12.2026', '2026', '', '2026-12-24 10:00:00', ' 2026-12-24'].map(isDay)).toEqual(Array(8).fill(false))
})
