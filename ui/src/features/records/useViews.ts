/** The views of a list, which of them it shows, and its columns. */
import { randomId, useLocalStorage } from '@mantine/hooks'
import { useEffect } from 'react'
import { type ColumnChoice, fitted } from './columns'
import type { Attribute, Resource } from './resource'
import type { ListSearch } from './search'
import { differs, keptOf, NO_VIEW, readViews, type View } from './views'

/** How many of the shop's own fields are columns until someone chooses others. */
const FIRST_FIELDS = 4

export type Views = ReturnType<typeof useViews>

/** `place` is what views and columns are remembered under. */
export function useViews(place: string, resource: Resource, attributes: Attribute[], search: ListSearch, onSearch: (search: ListSearch) => void) {
  const [stored, setStored] = useLocalStorage<unknown>({ key: `customary.views.${place}`, defaultValue: null, getInitialValueInEffect: false })
  // Those that were changed and not kept in a view yet, for each view and for none.
  const [changed, setChanged] = useLocalStorage<Record<string, ColumnChoice> | null>({ key: `customary.columns.${place}`, defaultValue: null, getInitialValueInEffect: false })
  const views = readViews(stored)
  const active = views.find(({ id }) => id === search.view)
  const begins = views.find(({ isDefault }) => isDefault)
  const show = (view: View | undefined) => onSearch(view ? { ...view.search, view: view.id } : { view: begins && NO_VIEW })

  // Whoever comes without any wish is shown the default.
  const isArriving = begins !== undefined && Object.values(search).every((value) => value === undefined)
  useEffect(() => {
    if (isArriving) show(begins)
  }, [isArriving])

  const known = attributes.map(({ slug }) => slug)
  const own = attributes.filter(({ field }) => field).slice(0, FIRST_FIELDS)
  const begin = [...resource.columns, ...own.map(({ slug }) => slug)]
  const key = active?.id ?? NO_VIEW
  const choice = fitted(changed?.[key] ?? active?.columns, known, begin)
  const forget = (key: string) => setChanged((all) => Object.fromEntries(Object.entries(all ?? {}).filter(([other]) => other !== key)))
  const replace = (id: string, part: Partial<View>) => setStored(views.map((view) => (view.id === id ? { ...view, ...part } : view)))

  return {
    views,
    active,
    isArriving,
    isChanged: active !== undefined && differs(active, search, choice, known, begin),
    /** The address of the list after a change of it: one that was emptied is not the same as one that was just opened. */
    after: (search: ListSearch): ListSearch => ({ ...search, view: active?.id ?? (begins && NO_VIEW) }),
    show: (view: View | undefined) => {
      if (view) forget(view.id)
      show(view)
    },
    add: (name: string) => {
      const view = { id: randomId('view-'), name, isDefault: false, search: keptOf(search), columns: choice }
      setStored([...views, view])
      if (active) forget(active.id)
      show(view)
    },
    save: (view: View) => {
      replace(view.id, { search: keptOf(search), columns: choice })
      forget(view.id)
    },
    rename: (view: View, name: string) => replace(view.id, { name }),
    setDefault: (chosen: View | undefined) => setStored(views.map((view) => ({ ...view, isDefault: view.id === chosen?.id }))),
    remove: (view: View) => {
      setStored(views.filter(({ id }) => id !== view.id))
      forget(view.id)
      onSearch({ ...search, view: begins && begins.id !== view.id ? NO_VIEW : undefined })
    },
    columns: {
      choice,
      shown: choice.order.filter((slug) => choice.shown.includes(slug)),
      set: (choice: ColumnChoice) => setChanged((all) => ({ ...all, [key]: choice })),
      reset: () => forget(key),
    },
  }
}
