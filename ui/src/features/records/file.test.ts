import Papa from 'papaparse'
import { expect, test } from 'vitest'
import type { Field } from '../../api/client'
import { parseJson } from '../../api/json'
import { head, lines } from './file'
import { attributeOf, customers, type RecordData } from './resource'

const field = (slug: string, field_type: string) => attributeOf({ slug, field_type, name: slug, validation_rules: [], required: false } as unknown as Field)
const attributes = [...customers.base.filter(({ slug }) => slug === 'name' || slug === 'created_at'), field('notes', 'string'), field('barcode', 'integer'), field('vip', 'boolean'), field('friends', 'relationship')]
const record = (name: string, notes: unknown, barcode: unknown) =>
  ({ id: '1', name, notes, barcode, vip: true, relationships: { friends: { data: [{ type: 'customer', id: 'a' }, { type: 'customer', id: 'b' }] } }, meta: { timestamps: { created_at: '2026-01-01T00:00:00.000Z', updated_at: '' } } }) as unknown as RecordData

const records = [record('Jörg "Yogi", der Bär', 'two\nlines', 9007199254740993n), record('=1+1', '@cmd', -5), record('-5', '\n=1+1', null)]

test('CSV keeps every character and digit, and no text is run as a formula', () => {
  const text = head('csv', attributes) + lines('csv', attributes, records)
  expect(text.startsWith('\uFEFFname,created_at,notes,barcode,vip,friends\r\n')).toBe(true)
  expect(text).toContain('"Jörg ""Yogi"", der Bär"')
  const { data, errors } = Papa.parse<string[]>(text.slice(1), { newline: '\r\n', skipEmptyLines: true })
  expect(errors).toEqual([])
  expect(data[1]).toEqual(['Jörg "Yogi", der Bär', '2026-01-01T00:00:00.000Z', 'two\nlines', '9007199254740993', 'true', 'a b'])
  expect(data[2]?.slice(0, 4)).toEqual(["'=1+1", '2026-01-01T00:00:00.000Z', "'@cmd", '-5'])
  expect([data[3]?.[0], data[3]?.[2], data[3]?.[3]]).toEqual(["'-5", "'\n=1+1", ''])
})

test('JSON has one record a line, as exact as the API has it', () => {
  expect(head('jsonl', attributes)).toBe('')
  const [first, second] = lines('jsonl', attributes, records).trim().split('\n').map(parseJson)
  expect(first).toMatchObject({ name: 'Jörg "Yogi", der Bär', notes: 'two\nlines', barcode: 9007199254740993n, vip: true, friends: [{ type: 'customer', id: 'a' }, { type: 'customer', id: 'b' }] })
  expect(second).toMatchObject({ name: '=1+1', barcode: -5, created_at: '2026-01-01T00:00:00.000Z' })
  expect(lines('csv', attributes, [])).toBe('')
})

test('a column of its own keeps its empty lines', () => {
  const notes = attributes.filter(({ slug }) => slug === 'notes')
  const text = head('csv', notes) + lines('csv', notes, [record('a', 'x', 1), record('b', null, 1), record('c', 'y', 1)])
  expect(text.slice(1)).toBe('notes\r\nx\r\n""\r\ny\r\n')
})
