/** Which columns of a table stay in sight when the others scroll sideways. */

interface Frozen {
  /** Where each of the columns that stay begins. */
  starts: number[]
  /** Whether the boxes in front of them stay too. */
  box: boolean
  width: number
}

/**
 * As many of the leading columns as leave half of the room to the others, on a phone none or one. The boxes that rows
 * are selected by are the first to go.
 */
export function frozenWithin(room: number, widths: number[], box: number): Frozen {
  const starts: number[] = []
  let width = 0
  for (const one of widths) {
    if (width + one > room / 2) break
    starts.push(width)
    width += one
  }
  if (starts.length === 0 || box === 0 || width + box > room / 2) return { starts, box: false, width }
  return { starts: starts.map((start) => start + box), box: true, width: width + box }
}
