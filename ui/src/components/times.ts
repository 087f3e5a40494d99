/** Times as people read them, in their own zone; what the API has is in UTC. */
const days = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' })
const moments = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })

const at = (format: Intl.DateTimeFormat, time: string | null | undefined) => {
  const date = time ? new Date(time) : undefined
  return date && !Number.isNaN(date.getTime()) ? format.format(date) : (time ?? '')
}

export const day = (time: string | null | undefined) => at(days, time)
export const moment = (time: string | null | undefined) => at(moments, time)
