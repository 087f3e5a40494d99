import { t } from '../../strings.en.ts'
import { References } from './References'
import type { Attribute, Reference } from './resource'
import { display } from './values'

/** A value in words, or that there is none. */
export function Value({ value, attribute }: { value: unknown; attribute: Attribute }) {
  const text = display(value, attribute)
  if (text === '') return t.records.nothing
  return attribute.kind === 'relationship' ? <References attribute={attribute} references={value as Reference[]} /> : text
}
