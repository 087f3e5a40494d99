/** What a stricter rule says against records that are there already. */
import { quoted } from '../records/filter'
import type { FieldDraft } from './draft'

export interface Impact {
  /** Records without a value, or with one that the rules would refuse. */
  of: 'empty' | 'misfits'
  /** What finds them, unless no filter can. */
  filter?: string
}

export function impactsOf(before: FieldDraft, after: FieldDraft): Impact[] {
  // Lists know the field by the slug that is stored.
  const { slug, rules: old } = before
  const { rules: now } = after
  const impacts: Impact[] = []
  const misfits = (filter?: string) => impacts.push({ of: 'misfits', filter })
  if (after.required && !before.required) impacts.push({ of: 'empty', filter: `is_null(${slug})` })
  if (after.field_type === 'relationship' || after.field_type === 'boolean') return impacts

  const isWider = old.choices.length + old.ranges.length > 0 && old.choices.every((one) => now.choices.includes(one)) && same(old.ranges, now.ranges)
  if (now.choices.length + now.ranges.length > 0 && !isWider) {
    const allowed = [...(now.choices.length > 0 ? [`in(${slug},${now.choices.map(quoted).join(',')})`] : []), ...now.ranges.map(({ from, to }) => `(ge(${slug},${quoted(from)}):le(${slug},${quoted(to)}))`)]
    misfits([`not(is_null(${slug}))`, ...allowed.map((one) => `not(${one})`)].join(':'))
  }
  if (now.min && now.min !== old.min) misfits(`lt(${slug},${quoted(now.min)})`)
  if (now.max && now.max !== old.max) misfits(`gt(${slug},${quoted(now.max)})`)
  const isLonger = now.minLength !== '' && Number(now.minLength) > Number(old.minLength)
  const isShorter = now.maxLength !== '' && (old.maxLength === '' || Number(now.maxLength) < Number(old.maxLength))
  const isOther = (now.pattern !== '' && now.pattern !== old.pattern) || now.formats.some((format) => !old.formats.includes(format))
  if (isLonger || isShorter || isOther) misfits()
  return impacts
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)
