/** The list of any resource: its columns, conditions, order and pages, and the query of the API that says the same. */
import { ActionIcon, Alert, Badge, Button, Collapse, Group, Indicator, Paper, Select, Skeleton, Stack, Text, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconAlertTriangle, IconCode, IconDownload, IconFilter, IconPlus, IconSearch, IconX } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { lazy, type ReactNode, Suspense, useEffect, useMemo, useRef, useState } from 'react'
import { Code, Copy } from '../../components/Code'
import { curlWithQuery } from '../../components/curl'
import { Empty, FormSkeleton, Problem } from '../../components/Places'
import { t } from '../../strings.en.ts'
import { useSettings } from '../session/store'
import { both, countConditions, filterText, type Group as Conditions, type QuickMode, quickFilter } from './filter'
import { FilterBuilder } from './FilterBuilder'
import { pagesOf } from './paging'
import { RecordTable } from './RecordTable'
import { type Attribute, attributesOf, type ListQuery, type RecordData, type Resource } from './resource'
import { type ListSearch, type NewSearch, QUICK_MODES } from './search'
import type { Scope } from './scope'
import { Selection } from './Selection'
import { SlowWarning } from './SlowWarning'
import { useViews } from './useViews'
import { askable } from './views'
import { ViewsMenu } from './ViewsMenu'

/** Loaded when someone needs it. */
const BulkEdit = lazy(() => import('./BulkEdit'))
const Export = lazy(() => import('./Export'))

const NO_CONDITIONS: Conditions = { any: false, items: [] }

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
  if (settings.error) return <Problem error={settings.error} retry={() => settings.refetch()} />
  if (!settings.data) return <FormSkeleton />
  return <List {...props} place={`${settings.data.data.id}.${props.resource.name}`} />
}

/** `place` is what a browser remembers the list under. */
function List(props: Props & { place: string }) {
  const { resource, attributes, search, onSearch, within, placeOf, newPlace, header, withCreate, emptyText, place } = props
  const [filtering, setFiltering] = useState(search.filter !== undefined)
  const [showingQuery, setShowingQuery] = useState(false)
  const [selected, setSelected] = useState<RecordData[]>([])
  const [everything, setEverything] = useState(false)
  const [exported, setExported] = useState<Scope>()
  const [edit, setEdit] = useState<{ number: number; scope: Scope }>()
  const views = useViews(place, resource, attributes, search, onSearch)
  const { gone, ...asked } = askable(search, attributes)
  const query = queryOf(resource, { ...search, ...asked }, within)
  // How a list was found is asked again when an index is ready.
  const indexes = attributes.map(({ field }) => field?.index_state ?? '').join()
  const size = search.size ?? 25
  const offset = ((search.page ?? 1) - 1) * size
  const pageAt = useMemo(() => pagesOf(resource.list, query), [resource, query.filter, query.sort, query.explain])
  const page = useQuery({ queryKey: ['records', resource.path, query, offset, size, query.explain && indexes], queryFn: () => pageAt(offset, size), placeholderData: keepPreviousData, enabled: !views.isArriving })

  const select = (records: RecordData[]) => {
    setSelected(records)
    setEverything(false)
  }
  const change = (part: Partial<ListSearch>) => {
    select([])
    onSearch(views.after({ ...search, page: undefined, ...part }))
  }
  const total = page.data?.meta.results.total
  const shown = page.data?.data.length ?? 0
  const isAll = everything && selected.length === shown
  const scope: Scope = selected.length > 0 && !isAll ? { records: selected, query, count: selected.length } : { query, count: total ?? 0 }
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
      {header?.(total === undefined ? <Skeleton w={48} h={20} /> : <Badge variant="light" size="lg" aria-live="polite">{total.toLocaleString()}</Badge>)}
      <Stack gap="sm">
        {!isEmpty && (
          <Group gap="xs" align="flex-end">
            {resource.quick.length > 0 && <QuickBar key={`${search.by}${search.mode}`} resource={resource} attributes={attributes} search={search} onSearch={change} />}
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
          <FilterBuilder attributes={attributes} group={conditions} onChange={(filter) => change({ filter })} />
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
            onAll={() => setEverything(true)}
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
            setSelected={select}
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
function queryOf(resource: Resource, search: ListSearch, within?: string): ListQuery {
  const by = search.by && resource.quick.includes(search.by) ? [search.by] : resource.quick
  const quick = by.length > 0 && search.q ? quickFilter(by, search.mode ?? 'like', search.q) : undefined
  const filter = both(within, both(quick, search.filter && filterText(search.filter)))
  const sort = search.sort ?? resource.defaultSort
  return { ...(filter ? { filter } : {}), sort, ...(filter || search.sort ? { explain: true } : {}) }
}

function QuickBar({ resource, attributes, search, onSearch }: { resource: Resource; attributes: Attribute[]; search: ListSearch; onSearch: (search: Partial<ListSearch>) => void }) {
  const [typed, setTyped] = useState(search.q ?? '')
  const asked = useRef(search.q ?? '')
  const look = useDebouncedCallback((q: string) => {
    asked.current = q
    onSearch({ q: q || undefined })
  }, 300)
  // The address of the list can change by other ways than by typing here.
  useEffect(() => {
    if ((search.q ?? '') === asked.current) return
    asked.current = search.q ?? ''
    setTyped(asked.current)
  }, [search.q])
  const label = (slug: string) => attributes.find((attribute) => attribute.slug === slug)?.label ?? slug
  const places = resource.quick.length > 1 ? [{ value: 'all', label: resource.quick.map(label).join(t.list.or) }] : []
  return (
    <Group gap={6} style={{ flex: '1 1 320px' }} role="search">
      <Select
        aria-label={t.list.searchIn}
        style={{ flex: '0 1 168px' }}
        allowDeselect={false}
        data={[...places, ...resource.quick.map((slug) => ({ value: slug, label: label(slug) }))]}
        value={search.by ?? places[0]?.value ?? resource.quick[0] ?? null}
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
          typed && (
            <ActionIcon variant="subtle" color="gray" aria-label={t.common.clear} onClick={() => { setTyped(''); look(''); look.flush() }}>
              <IconX size={14} />
            </ActionIcon>
          )
        }
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value)
          look(event.currentTarget.value)
        }}
        onKeyDown={(event) => event.key === 'Enter' && look.flush()}
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
