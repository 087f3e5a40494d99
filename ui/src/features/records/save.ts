/** Writes what a form has changed: values first, then each relationship, as the API takes them. */
import { type Attribute, type Loaded, type Reference, type Resource, setReferences } from './resource'

export async function save(
  resource: Resource,
  attributes: Attribute[],
  current: Loaded | undefined,
  changes: Record<string, unknown>,
  /** Told when the values are written and references are to follow, which may fail. */
  onStep: (loaded: Loaded) => void,
): Promise<Loaded> {
  const isReference = (slug: string) => attributes.some((attribute) => attribute.slug === slug && attribute.kind === 'relationship')
  const values = Object.entries(changes).filter(([slug]) => !isReference(slug))
  const references = Object.entries(changes).filter(([slug]) => isReference(slug)) as [string, Reference[]][]
  let loaded = current
  if (!loaded) loaded = await resource.create(Object.fromEntries(values))
  else if (values.length > 0) loaded = await resource.update(loaded.record.id, Object.fromEntries(values), loaded.etag)
  if (references.length === 0) return loaded
  if (values.length > 0 || !current) onStep(loaded)
  let etag = loaded.etag
  for (const [slug, list] of references) etag = await setReferences(resource.flow, loaded.record.id, slug, list, etag)
  // Others may have written before it is read: the state that can be changed next is the one that was written here.
  return { ...(await resource.read(loaded.record.id)), etag }
}
