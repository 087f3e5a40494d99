/** Records as a file: its text page by page, and where that is written to. */
import Papa from 'papaparse'
import { toJson } from '../../api/json'
import type { Attribute, RecordData, Reference } from './resource'
import { valueOf } from './values'

export type Format = 'csv' | 'jsonl'

const TYPES: Record<Format, string> = { csv: 'text/csv', jsonl: 'application/jsonl' }

/** By this mark a spreadsheet knows that a file is in UTF-8. */
const BYTE_ORDER_MARK = '\uFEFF'

/** What a spreadsheet would run when a text begins with it. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/

/** With one column, a line of nothing would be no line at all to who reads it. */
const csv = (rows: unknown[][]) => `${Papa.unparse(rows.map((row) => (row.length === 1 ? [row[0] ?? ''] : row)), { newline: '\r\n', escapeFormulae: FORMULA, quotes: (value) => value === '' && rows[0]?.length === 1 })}\r\n`

/** What stands before the first record. */
export function head(format: Format, attributes: Attribute[]): string {
  return format === 'csv' ? BYTE_ORDER_MARK + csv([attributes.map(({ slug }) => slug)]) : ''
}

export function lines(format: Format, attributes: Attribute[], records: RecordData[]): string {
  if (records.length === 0) return ''
  if (format === 'csv') return csv(records.map((record) => attributes.map((attribute) => cell(valueOf(record, attribute), attribute))))
  return records.map((record) => `${toJson(Object.fromEntries(attributes.map((attribute) => [attribute.slug, valueOf(record, attribute)])))}\n`).join('')
}

const cell = (value: unknown, { kind }: Attribute) => (kind === 'relationship' ? (value as Reference[]).map(({ id }) => id).join(' ') : value)

export interface Sink {
  write: (text: string) => Promise<void>
  close: () => Promise<void>
  abort: () => Promise<void>
}

interface SavePicker {
  showSaveFilePicker?: (options: object) => Promise<{ createWritable: () => Promise<Sink> }>
}

/** A file that someone chooses where the browser can write to it, so that its size does not matter, or else a download. */
export async function openFile(name: string, format: Format): Promise<Sink | undefined> {
  const { showSaveFilePicker } = window as SavePicker
  const suggestedName = `${name}.${format}`
  if (!showSaveFilePicker) return download(suggestedName, TYPES[format])
  try {
    const file = await showSaveFilePicker.call(window, { suggestedName, types: [{ accept: { [TYPES[format]]: [`.${format}`] } }] })
    return await file.createWritable()
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return undefined
    throw error
  }
}

function download(name: string, type: string): Sink {
  // A blob of blobs, which a browser may keep on the disk.
  let all = new Blob([], { type })
  return {
    write: async (text) => {
      all = new Blob([all, text], { type })
    },
    close: async () => {
      const url = URL.createObjectURL(all)
      Object.assign(document.createElement('a'), { href: url, download: name }).click()
      // The download has to have begun before its address may go.
      setTimeout(() => URL.revokeObjectURL(url), 60_000)
    },
    abort: async () => {
      all = new Blob([])
    },
  }
}
