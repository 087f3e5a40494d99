/** JSON with integers as exact as the server keeps them: what a double would round is a `bigint`. */
import { isInteger, parse, stringify } from 'lossless-json'

/** The number that a text stands for, if it stands for one. */
export function numberOf(text: string): number | bigint | undefined {
  const number = Number(text)
  if (text.trim() === '' || !Number.isFinite(number)) return undefined
  return Number.isSafeInteger(number) || !isInteger(text.trim()) ? number : BigInt(text)
}

export const parseJson = (text: string): unknown => parse(text, null, numberOf)

export const toJson = (value: unknown, space?: number): string => stringify(value, null, space) ?? 'null'
