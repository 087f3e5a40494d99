/** Which columns a list has, in which order, how wide and how many of them stay in sight, as a browser remembers it. */

export interface ColumnChoice {
  order: string[]
  shown: string[]
  widths: Record<string, number>
  /** How many of those shown, from the first, stay in sight when the others scroll sideways. */
  frozen: number
}

/** The most columns that can stay in sight. */
export const MAX_FROZEN = 5

/** What was remembered, made to fit the columns that there are: fields come and go. */
export function fitted(stored: Partial<ColumnChoice> | null | undefined, known: string[], begin: string[]): ColumnChoice {
  const texts = (list: unknown) => (Array.isArray(list) ? list.filter((item): item is string => typeof item === 'string' && known.includes(item)) : undefined)
  const order = [...new Set(texts(stored?.order) ?? [])]
  const shown = texts(stored?.shown) ?? begin
  return {
    order: [...order, ...known.filter((id) => !order.includes(id))],
    // Without a column there is no way to open a record.
    shown: shown.length > 0 ? shown : begin,
    widths: typeof stored?.widths === 'object' && stored.widths !== null ? stored.widths : {},
    frozen: Number.isInteger(stored?.frozen) ? Math.min(Math.max(Number(stored?.frozen), 0), MAX_FROZEN) : 0,
  }
}
