/** The list of any resource: its columns, conditions, order and pages, and the query of the API that says the same. */
import { ActionIcon, Alert, Badge, Button, Collapse, Group, Indicator, Paper, Select, Skeleton, Stack, Text, TextInput } from '@mantine/core'
import { IconAlertTriangle, IconCode, IconDownload, IconFilter, IconPlus, IconSearch, IconX } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { lazy, type ReactNode, Suspense, useEffect, useMemo, useRef, useState } from 'react'
import { Code, Copy } from '../../components/Code'
import { curlWithQuery } from '../../components/curl'
import { useFocusBack } from '../../components/focus'
import { Empty, FormSkeleton, Problem } from '../../components/Places'
import { t } from '../../strings.en.ts'
import { useSettings } from '../session/store'
import { both, countConditions, filterText, type Group as Conditions, type QuickMode, quickFilter } from './filter'
import { FilterBuilder } from './FilterBuilder'
import { pagesOf } from './paging'
import { RecordTable } from './RecordTable'
import { type Attribute, attributesOf, type ListQuery, type RecordData, type Resource } from './resource'
import { type ListSearch, type NewSearch, QUICK_MODES } from './search'
import { type Scope, scopeOf } from './scope'
import { Selection } from './Selection'
import { SlowWarning } from './SlowWarning'
import { useHeld } from './useHeld'
import { useViews } from './useViews'
import { askable } from './views'
import { ViewsMenu } from './ViewsMenu'

/** Loaded when someone needs it. */
const BulkEdit = lazy(() => import('./BulkEdit'))
const Export = lazy(() => import('./Export'))

const NO_CONDITIONS: Conditions = { any: false, items: [] }

/** What is selected, and in which list: in another one it is nothing. */
interface Selected {
  list: string
  ids: string[]
  /** Whether all of the list are, and not only those of the page. */
  everything: boolean
}

const NONE_SELECTED: Selected = { list: '', ids: [], everything: false }

interface Props {
  resource: Resource
  attributes: Attribute[]
  search: ListSearch
  onSearch: (search: ListSearch) => void
  /** A filter that always holds. */
  within?: string
  /** Where a record is shown, and where a new one is made. */
  placeOf: (record: RecordData) => string
  newPlace: { to: string; search?: NewSearch }
  header?: (total: ReactNode) => ReactNode
  /** Whether the way to a new record stands here, because no header has it. */
  withCreate?: boolean
  emptyText: string
}

export function RecordList(props: Props) {
  const settings = useSettings()
  if (settings.data) return <List {...props} place={`${settings.data.data.id}.${props.resource.name}`} />
  if (settings.error) return <Problem error={settings.error} retry={() => settings.refetch()} />
  return <FormSkeleton />
}

/** `place` is what a browser remembers the list under. */
function List(props: Props & { place: string }) {
  const { resource, attributes, search, onSearch, within, placeOf, newPlace, header, withCreate, emptyText, place } = props
  const [filtering, setFiltering] = useState(search.filter !== undefined)
  const [showingQuery, setShowingQuery] = useState(false)
  const [selection, setSelection] = useState<Selected>(NONE_SELECTED)
  const [exported, setExported] = useState<Scope>()
  const [edit, setEdit] = useState<{ number: number; scope: Scope }>()
  const home = useRef<HTMLDivElement>(null)
  useFocusBack(edit !== undefined, home)
  useFocusBack(exported !== undefined, home)
  const views = useViews(place, resource, attributes, search, onSearch)
  const { gone, ...asked } = askable(search, attributes)
  const quick = resource.quick.filter((name) => attributes.some(({ slug, operators }) => slug === name && operators.length > 0))
  const query = queryOf(resource, quick, { ...search, ...asked }, within)
  // How a list was found is asked again when an index is ready.
  const indexes = attributes.map(({ field }) => field?.index_state ?? '').join()
  const size = search.size ?? 25
  const offset = ((search.page ?? 1) - 1) * size
  const pageAt = useMemo(() => pagesOf(resource.list, query), [resource, query.filter, query.sort, query.explain])
  const page = useQuery({ queryKey: ['records', resource.path, query, offset, size, query.explain && indexes], queryFn: () => pageAt(offset, size), placeholderData: keepPreviousData, enabled: !views.isArriving })

  const change = (part: Partial<ListSearch>) => onSearch(views.after({ ...search, page: undefined, ...part }))
  const total = page.data?.meta.results.total
  const shown = page.data?.data.length ?? 0
  const list = JSON.stringify([resource.path, query.filter, query.sort, offset, size])
  const select = (ids: string[], everything = false) => setSelection({ list, ids, everything })
  // As the page has them now, which may be newer than when they were selected.
  const selected = selection.list === list ? (page.data?.data ?? []).filter(({ id }) => selection.ids.includes(id)) : []
  useEffect(() => setSelection(NONE_SELECTED), [list])
  const isAll = selection.everything && selected.length > 0 && selected.length === shown
  const scope: Scope = selected.length > 0 && !isAll ? scopeOf(selected, query, attributes) : { query, count: total ?? 0, isSelection: false }
  const conditions = search.filter ?? NO_CONDITIONS
  const isEmpty = total === 0 && query.filter === within && conditions.items.length === 0
  // Who deletes the last page is shown the one before it.
  const pages = Math.max(1, Math.ceil((total ?? 0) / size))
  const isBehind = total !== undefined && !page.isPlaceholderData && (search.page ?? 1) > pages
  useEffect(() => {
    if (isBehind) onSearch(views.after({ ...search, page: pages === 1 ? undefined : pages }))
  }, [isBehind])
  const tools = (
    <>
      <ViewsMenu state={views} />
      <Button variant="default" leftSection={<IconDownload size={16} />} disabled={!total || page.isPlaceholderData} onClick={() => setExported(scope)}>
        {t.exports.open}
      </Button>
    </>
  )
  const create = (
    <Button component={Link} to={newPlace.to} search={newPlace.search as never} leftSection={<IconPlus size={16} />}>
      {resource.newTitle}
    </Button>
  )

  return (
    <>
      {header?.(total === undefined ? <Skeleton w={48} h={20} /> : <Badge variant="light" size="lg" aria-live="polite">{t.common.count(total)}</Badge>)}
      <Stack gap="sm" ref={home} tabIndex={-1}>
        {!isEmpty && (
          <Group gap="xs" align="flex-end">
            {quick.length > 0 && <QuickBar quick={quick} attributes={attributes} search={search} onSearch={change} />}
            <Group gap="xs">
              <Indicator label={countConditions(conditions)} size={18} disabled={conditions.items.length === 0} color="red">
                <Button variant="default" leftSection={<IconFilter size={16} />} aria-expanded={filtering} onClick={() => setFiltering(!filtering)}>
                  {t.filter.title}
                </Button>
              </Indicator>
              <Button variant="default" leftSection={<IconCode size={16} />} aria-expanded={showingQuery} onClick={() => setShowingQuery(!showingQuery)}>
                {t.list.query}
              </Button>
            </Group>
            {withCreate && <Group ml="auto">{create}</Group>}
          </Group>
        )}
        <Collapse expanded={filtering}>
          <FilterBuilder attributes={attributes} group={conditions} onChange={(filter) => change({ filter })} others={(search.q ? quickBy(quick, search).length : 0) + (within ? 1 : 0)} />
        </Collapse>
        <Collapse expanded={showingQuery}>
          <QueryText resource={resource} query={page.data?.asked ?? query} />
        </Collapse>
        {gone.length > 0 && <Gone slugs={gone} onLeaveOut={() => change(asked)} />}
        <SlowWarning resource={resource} attributes={attributes} search={search} hints={page.data?.meta.plan?.index_used === false ? page.data.meta.plan.hints : []} />
        {selected.length > 0 && (
          <Selection
            resource={resource}
            filter={query.filter}
            selected={selected}
            shown={shown}
            total={total ?? 0}
            isAll={isAll}
            isStale={page.isPlaceholderData}
            onAll={() => select(selection.ids, true)}
            onEdit={() => setEdit({ number: (edit?.number ?? 0) + 1, scope })}
            onDone={() => select([])}
          />
        )}
        {edit && (
          <Suspense>
            <BulkEdit key={edit.number} resource={resource} attributes={attributes} scope={edit.scope} onClose={() => setEdit(undefined)} onWritten={() => select([])} />
          </Suspense>
        )}
        {exported && (
          <Suspense>
            <Export resource={resource} attributes={attributes} shown={attributesOf(views.columns.shown, attributes)} scope={exported} onClose={() => setExported(undefined)} />
          </Suspense>
        )}
        {page.error ? (
          <>
            <Group>{tools}</Group>
            <Problem error={page.error} retry={() => page.refetch()} />
          </>
        ) : isEmpty ? (
          <Empty title={t.list.empty(resource.title)} text={emptyText}>
            {create}
          </Empty>
        ) : (
          <RecordTable
            columns={views.columns}
            tools={tools}
            resource={resource}
            attributes={attributes}
            search={{ ...search, ...asked }}
            change={change}
            placeOf={placeOf}
            records={page.data?.data}
            stale={page.isPlaceholderData}
            selected={selected}
            onSelect={select}
            total={total}
            size={size}
          />
        )}
      </Stack>
    </>
  )
}

/** Says what a view or a link asks about that is not there any more. */
function Gone({ slugs, onLeaveOut }: { slugs: string[]; onLeaveOut: () => void }) {
  return (
    <Alert color="yellow" icon={<IconAlertTriangle />} role="status">
      <Group justify="space-between" gap="sm">
        <Text size="sm" flex="1 1 280px">
          {t.views.gone(slugs.join(', '))}
        </Text>
        <Button size="xs" variant="default" onClick={onLeaveOut}>
          {t.views.leaveOut}
        </Button>
      </Group>
    </Alert>
  )
}

/** What the API is asked for what the address of the list says, whichever page it is. */
function queryOf(resource: Resource, quick: string[], search: ListSearch, within?: string): ListQuery {
  const by = quickBy(quick, search)
  const asked = by.length > 0 && search.q ? quickFilter(by, search.mode ?? 'like', search.q) : undefined
  const filter = both(within, both(asked, search.filter && filterText(search.filter)))
  const sort = search.sort ?? resource.defaultSort
  return { ...(filter ? { filter } : {}), sort, ...(filter || search.sort ? { explain: true } : {}) }
}

/** Where quick search looks, of all that it can look in. */
const quickBy = (quick: string[], { by }: ListSearch) => (by && quick.includes(by) ? [by] : quick)

function QuickBar({ quick, attributes, search, onSearch }: { quick: string[]; attributes: Attribute[]; search: ListSearch; onSearch: (search: Partial<ListSearch>) => void }) {
  const { held, change, flush } = useHeld(search.q ?? '', (q) => onSearch({ q: q || undefined }))
  const label = (slug: string) => attributes.find((attribute) => attribute.slug === slug)?.label ?? slug
  const places = quick.length > 1 ? [{ value: 'all', label: quick.map(label).join(t.list.or) }] : []
  return (
    <Group gap={6} style={{ flex: '1 1 320px' }} role="search">
      <Select
        aria-label={t.list.searchIn}
        style={{ flex: '0 1 168px' }}
        allowDeselect={false}
        data={[...places, ...quick.map((slug) => ({ value: slug, label: label(slug) }))]}
        value={search.by ?? places[0]?.value ?? quick[0] ?? null}
        onChange={(by) => onSearch({ by: by === 'all' || !by ? undefined : by })}
      />
      <Select
        aria-label={t.list.searchHow}
        style={{ flex: '0 1 124px' }}
        allowDeselect={false}
        data={QUICK_MODES.map((mode) => ({ value: mode, label: t.list.modes[mode] }))}
        value={search.mode ?? 'like'}
        onChange={(mode) => onSearch({ mode: mode === 'like' ? undefined : (mode as QuickMode) })}
      />
      <TextInput
        style={{ flex: '1 1 180px' }}
        aria-label={t.list.search}
        placeholder={t.list.search}
        leftSection={<IconSearch size={16} />}
        rightSection={
          held && (
            <ActionIcon variant="subtle" color="gray" aria-label={t.common.clear} onClick={() => change('', false)}>
              <IconX size={14} />
            </ActionIcon>
          )
        }
        value={held}
        onChange={(event) => change(event.currentTarget.value, true)}
        onKeyDown={(event) => event.key === 'Enter' && flush()}
      />
    </Group>
  )
}

function QueryText({ resource, query }: { resource: Resource; query: ListQuery }) {
  const { explain: _, ...asked } = query
  const parts = Object.entries(asked).map(([name, value]): [string, string] => [name, String(value)])
  const text = `${resource.path}?${parts.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')}`
  return (
    <Paper withBorder p="sm" component="section" aria-label={t.list.query}>
      <Stack gap="sm">
        {query.filter && <Code title={t.list.filterText} value={query.filter} wrap />}
        <Code title={t.list.query} value={text} wrap />
        <Group>
          <Copy value={curlWithQuery(resource.path, parts)} label={t.list.copyCurl} />
        </Group>
      </Stack>
    </Paper>
  )
}
