/** The table of a list: its columns, its rows, and its pages. */
import { Anchor, Group, Pagination, Select, Stack, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useMemo } from 'react'
import { type Column, DataTable } from '../../components/DataTable'
import { t } from '../../strings.en.ts'
import { Columns } from './Columns'
import { MAX_OFFSET } from './paging'
import { References } from './References'
import { type Attribute, attributesOf, type RecordData, type Reference, type Resource } from './resource'
import { type ListSearch, PAGE_SIZES } from './search'
import type { Views } from './useViews'
import { display, valueOf } from './values'

interface Props {
  columns: Views['columns']
  /** What can be done with the whole list, beside its columns. */
  tools: ReactNode
  resource: Resource
  attributes: Attribute[]
  search: ListSearch
  change: (search: Partial<ListSearch>) => void
  placeOf: (record: RecordData) => string
  records: RecordData[] | undefined
  stale: boolean
  selected: RecordData[]
  onSelect: (ids: string[]) => void
  total: number | undefined
  size: number
}

/** By name or kind, where the usual width is too little or too much. */
const WIDTHS: Record<string, number> = { email: 230, time: 210, id: 330, boolean: 140, date: 150 }

export function RecordTable(props: Props) {
  const { columns: { choice, shown, set, reset }, tools, resource, attributes, search, change, placeOf, records, stale, selected, onSelect, total, size } = props
  const columns = useMemo(
    () =>
      attributesOf(shown, attributes).map((attribute, index): Column<RecordData> => {
        const cell = (record: RecordData) => <Cell record={record} attribute={attribute} records={records ?? []} />
        return {
          id: attribute.slug,
          title: attribute.label,
          sortable: attribute.sortable,
          align: attribute.kind === 'integer' || attribute.kind === 'float' ? 'right' : 'left',
          width: WIDTHS[attribute.slug] ?? WIDTHS[attribute.kind],
          render: index > 0 ? cell : (record) => <Opening place={placeOf(record)} text={display(valueOf(record, attribute), attribute)} />,
        }
      }),
    [shown.join(), attributes, placeOf, records],
  )
  const sort = search.sort ?? resource.defaultSort
  const page = search.page ?? 1
  const pages = Math.ceil((total ?? 0) / size)
  // Behind the pages that an offset reaches, each leads to the next.
  const reachable = Math.min(pages, Math.max(Math.floor(MAX_OFFSET / size) + 1, page + 1))
  return (
    <Stack gap="xs">
      <Group justify="space-between" gap="xs">
        <Text size="sm" c="dimmed" aria-live="polite">
          {total !== undefined && total > 0 && t.list.range((page - 1) * size + 1, Math.min(page * size, total), total)}
        </Text>
        <Group gap={6}>
          {tools}
          <Columns attributes={attributes} choice={choice} onChange={set} onReset={reset} />
        </Group>
      </Group>
      <DataTable<RecordData>
        label={resource.title}
        columns={columns}
        records={records}
        idOf={({ id }) => id}
        none={t.list.none}
        stale={stale}
        sort={{ by: sort.replace(/^-/, ''), descending: sort.startsWith('-') }}
        onSort={({ by, descending }) => change({ sort: `${descending ? '-' : ''}${by}` })}
        selection={{ ids: selected.map(({ id }) => id), onChange: onSelect, labelOf: resource.labelOf }}
        frozen={choice.frozen}
        widths={choice.widths}
        onWidths={(widths) => set({ ...choice, widths })}
      />
      <Group justify="space-between">
        <Group gap="xs">
          <Text size="sm" id="per-page">
            {t.list.perPage}
          </Text>
          <Select
            w={84}
            size="xs"
            aria-labelledby="per-page"
            allowDeselect={false}
            data={PAGE_SIZES.map(String)}
            value={String(size)}
            onChange={(value) => change({ size: value === '25' ? undefined : Number(value) })}
          />
        </Group>
        {reachable > 1 && (
          <Pagination
            total={reachable}
            value={page}
            onChange={(page) => change({ page: page === 1 ? undefined : page })}
            size="sm"
            getControlProps={(control) => ({ 'aria-label': t.list.paging[control] })}
            getItemProps={(page) => ({ 'aria-label': t.list.page(page) })}
          />
        )}
      </Group>
      {pages > reachable && (
        <Text size="sm" c="dimmed" ta="right">
          {t.list.deep}
        </Text>
      )}
    </Stack>
  )
}

function Opening({ place, text }: { place: string; text: string }) {
  return (
    <Anchor component={Link} to={place} size="sm" fw={600}>
      {text || t.records.unnamed}
    </Anchor>
  )
}

function Cell({ record, attribute, records }: { record: RecordData; attribute: Attribute; records: RecordData[] }) {
  const text = display(valueOf(record, attribute), attribute)
  if (text === '') return <Text span c="dimmed" size="sm" aria-label={t.records.nothing}>–</Text>
  if (attribute.kind === 'id') return <Text span size="sm" className="mono">{text}</Text>
  if (attribute.kind === 'relationship') {
    const references = (one: RecordData) => valueOf(one, attribute) as Reference[]
    return <References attribute={attribute} references={references(record)} among={records.flatMap(references)} />
  }
  return <>{text}</>
}
