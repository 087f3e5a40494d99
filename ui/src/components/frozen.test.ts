import { expect, test } from 'vitest'
import { frozenWithin } from './frozen'

test('frozen columns stand side by side, behind the boxes of the selection', () => {
  expect(frozenWithin(1000, [170, 230], 44)).toEqual({ starts: [44, 214], box: true, width: 444 })
  expect(frozenWithin(1000, [170], 0)).toEqual({ starts: [0], box: false, width: 170 })
  expect(frozenWithin(1000, [], 44)).toEqual({ starts: [], box: false, width: 0 })
})

test('on a narrow screen half of the room is left to the others', () => {
  expect(frozenWithin(358, [170, 230], 44)).toEqual({ starts: [0], box: false, width: 170 })
  expect(frozenWithin(358, [200], 44)).toEqual({ starts: [], box: false, width: 0 })
  expect(frozenWithin(0, [170], 44).starts).toEqual([])
})
