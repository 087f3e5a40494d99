/** A list inside of a record: what belongs to it, or refers to it. */
import { useState } from 'react'
import { FormSkeleton, Problem } from '../../components/Places'
import { RecordList } from './RecordList'
import type { RecordData, Resource } from './resource'
import { useAttributes } from './schema'
import type { ListSearch, NewSearch } from './search'

interface Props {
  resource: Resource
  /** A filter that always holds. */
  within?: string
  /** Where the records are shown. */
  place: string
  newPlace: { to: string; search?: NewSearch }
  emptyText: string
}

export function ListWithin({ resource, within, place, newPlace, emptyText }: Props) {
  const { attributes, isPending, error } = useAttributes(resource)
  const [search, setSearch] = useState<ListSearch>({})
  if (isPending) return <FormSkeleton />
  if (error) return <Problem error={error} />
  return (
    <RecordList
      resource={resource}
      attributes={attributes}
      search={search}
      onSearch={setSearch}
      within={within}
      placeOf={({ id }: RecordData) => `${place}/${encodeURIComponent(id)}`}
      newPlace={newPlace}
      emptyText={emptyText}
      withCreate
    />
  )
}
