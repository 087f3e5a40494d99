/** Times as people read them, in their own zone; what the API has is in UTC. */
const days = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' })
const moments = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })

const at = (format: Intl.DateTimeFormat, time: string | null | undefined) => {
  const date = time ? new Date(time) : undefined
  return date && !Number.isNaN(date.getTime()) ? format.format(date) : (time ?? '')
}

export const day = (time: string | null | undefined) => at(days, time)
export const moment = (time: string | null | undefined) => at(moments, time)

/** Whether it is YYYY-MM-DD, of a day that the calendar has. */
export function isDay(typed: string): boolean {
  const midnight = new Date(`${typed}T00:00:00Z`)
  return /^\d{4}-\d{2}-\d{2}$/.test(typed) && midnight.toJSON()?.startsWith(typed) === true
}
