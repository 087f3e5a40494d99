import { expect, test } from 'vitest'
import { numberOf, parseJson, toJson } from './json'

test('integers of 64 bits come and go as they are', () => {
  const text = '{"points":9007199254740993,"least":-9223372036854775808,"rate":0.1,"few":5,"none":null}'
  expect(parseJson(text)).toEqual({ points: 9007199254740993n, least: -9223372036854775808n, rate: 0.1, few: 5, none: null })
  expect(toJson(parseJson(text))).toBe(text)
})

test('a text stands for a number, or for none', () => {
  expect([numberOf('12'), numberOf(' 1.50 '), numberOf('1e30'), numberOf('9223372036854775807')]).toEqual([12, 1.5, 1e30, 9223372036854775807n])
  expect([numberOf(''), numberOf(' '), numberOf('many'), numberOf('Infinity')]).toEqual([undefined, undefined, undefined, undefined])
})

test('what is not there is not written', () => {
  expect(toJson({ a: undefined, b: [1] }, 2)).toBe('{\n  "b": [\n    1\n  ]\n}')
})
