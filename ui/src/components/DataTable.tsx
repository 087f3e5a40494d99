/** A table with columns that are sorted, chosen, widened and kept in sight, by mouse or by keyboard. */
import { Box, Checkbox, Group, Paper, Skeleton, Table, Text, UnstyledButton } from '@mantine/core'
import { useElementSize } from '@mantine/hooks'
import { IconArrowDown, IconArrowsSort, IconArrowUp } from '@tabler/icons-react'
import { type ColumnDef, flexRender, getCoreRowModel, type Header, type RowData, useReactTable } from '@tanstack/react-table'
import { type CSSProperties, type ReactNode, useMemo } from 'react'
import { t } from '../strings.en.ts'
import { frozenWithin } from './frozen'

export interface Column<T> {
  id: string
  title: string
  sortable?: boolean
  align?: 'left' | 'right'
  width?: number
  render: (record: T) => ReactNode
}

export interface Sort {
  by: string
  descending: boolean
}

interface Props<T> {
  label: string
  columns: Column<T>[]
  records: T[] | undefined
  idOf: (record: T) => string
  none: string
  /** Whether what is shown is about to be replaced. */
  stale?: boolean
  sort?: Sort
  onSort?: (sort: Sort) => void
  selection?: { ids: string[]; onChange: (ids: string[]) => void; labelOf: (record: T) => string }
  /** How many columns, from the first, stay in sight when the others scroll sideways, as far as there is room. */
  frozen?: number
  widths?: Record<string, number>
  onWidths?: (widths: Record<string, number>) => void
}

declare module '@tanstack/react-table' {
  interface ColumnMeta<TData extends RowData, TValue> {
    column: Column<TData>
    value?: TValue
  }
}

const WIDTH = 170
const LEAST = 72
const BOX = 44
/** Always the same one: rows that are new with each rendering would be rendered for ever. */
const NONE: never[] = []
const SKELETONS = 6

export function DataTable<T>(props: Props<T>) {
  const { label, columns, records, idOf, none, stale, sort, onSort, selection, frozen = 0, widths = {}, onWidths } = props
  const { ref, width: room } = useElementSize()
  const defs = useMemo(
    () => columns.map((column): ColumnDef<T> => ({ id: column.id, size: column.width ?? WIDTH, minSize: LEAST, meta: { column }, cell: ({ row }) => column.render(row.original) })),
    [columns],
  )
  const table = useReactTable({
    data: records ?? NONE,
    columns: defs,
    getRowId: idOf,
    getCoreRowModel: getCoreRowModel(),
    manualSorting: true,
    columnResizeMode: 'onChange',
    state: { columnSizing: widths },
    onColumnSizingChange: (change) => onWidths?.(typeof change === 'function' ? change(widths) : change),
  })
  const ids = (records ?? []).map(idOf)
  const chosen = selection?.ids ?? []
  const all = ids.length > 0 && ids.every((id) => chosen.includes(id))
  const rows = table.getRowModel().rows
  const headers = table.getFlatHeaders()
  const sticky = frozenWithin(room, headers.slice(0, frozen).map((header) => header.getSize()), selection ? BOX : 0)
  const box = sticky.box ? { className: 'frozen', style: { insetInlineStart: 0 } } : {}
  /** What keeps the column at an index in sight. */
  const kept = (index: number): { className?: string; style?: CSSProperties } =>
    index < sticky.starts.length ? { className: index === sticky.starts.length - 1 ? 'frozen frozen-last' : 'frozen', style: { insetInlineStart: sticky.starts[index] } } : {}
  return (
    <Paper withBorder style={{ overflow: 'hidden' }} ref={ref}>
      <Table.ScrollContainer minWidth={0} type="native" style={{ scrollPaddingInlineStart: sticky.width }}>
        <Table highlightOnHover aria-label={label} aria-busy={stale || !records} style={{ width: table.getTotalSize() + (selection ? BOX : 0), minWidth: '100%', tableLayout: 'fixed', opacity: stale ? 0.6 : 1 }}>
          <Table.Thead>
            <Table.Tr>
              {selection && (
                <Table.Th w={BOX} {...box}>
                  <Checkbox
                    aria-label={t.list.selectAll}
                    disabled={ids.length === 0 || stale}
                    checked={all}
                    indeterminate={!all && chosen.length > 0}
                    onChange={() => selection.onChange(all ? [] : ids)}
                  />
                </Table.Th>
              )}
              {headers.map((header, index) => (
                <Heading key={header.id} header={header} kept={kept(index)} sort={sort} onSort={onSort} onWidth={onWidths && ((width) => onWidths({ ...widths, [header.id]: Math.max(LEAST, width) }))} />
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {!records &&
              Array.from({ length: SKELETONS }, (_, index) => (
                <Table.Tr key={index}>
                  {selection && <Table.Td />}
                  {columns.map(({ id }) => (
                    <Table.Td key={id}>
                      <Skeleton h={14} w="70%" />
                    </Table.Td>
                  ))}
                </Table.Tr>
              ))}
            {records?.length === 0 && (
              <Table.Tr>
                <Table.Td colSpan={columns.length + (selection ? 1 : 0)}>
                  <Text c="dimmed" ta="center" py="xl">
                    {none}
                  </Text>
                </Table.Td>
              </Table.Tr>
            )}
            {rows.map((row) => (
              <Table.Tr key={row.id} className="row" data-chosen={chosen.includes(row.id) || undefined}>
                {selection && (
                  <Table.Td {...box}>
                    <Checkbox
                      aria-label={t.list.select(selection.labelOf(row.original))}
                      disabled={stale}
                      checked={chosen.includes(row.id)}
                      onChange={(event) => selection.onChange(event.currentTarget.checked ? [...chosen, row.id] : chosen.filter((id) => id !== row.id))}
                    />
                  </Table.Td>
                )}
                {row.getVisibleCells().map((cell, index) => (
                  <Table.Td key={cell.id} className={`cell ${kept(index).className ?? ''}`} style={kept(index).style} ta={cell.column.columnDef.meta?.column.align}>
                    {flexRender(cell.column.columnDef.cell, cell.getContext())}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Paper>
  )
}

/** How far an arrow key moves the edge of a column. */
const STEP = 16

interface HeadingProps<T> {
  header: Header<T, unknown>
  kept: { className?: string; style?: CSSProperties }
  sort?: Sort
  onSort?: (sort: Sort) => void
  onWidth?: (width: number) => void
}

function Heading<T>({ header, kept, sort, onSort, onWidth }: HeadingProps<T>) {
  const column = header.column.columnDef.meta?.column
  if (!column) return null
  const isSorted = sort?.by === column.id
  const Icon = !isSorted ? IconArrowsSort : sort.descending ? IconArrowDown : IconArrowUp
  const width = header.getSize()
  return (
    <Table.Th className={`heading ${kept.className ?? ''}`} style={{ width, ...kept.style }} ta={column.align} aria-sort={isSorted ? (sort.descending ? 'descending' : 'ascending') : undefined}>
      {column.sortable && onSort ? (
        <UnstyledButton className="heading-sort" fz="sm" fw={600} onClick={() => onSort({ by: column.id, descending: isSorted && !sort.descending })}>
          <Group gap={4} wrap="nowrap" justify={column.align === 'right' ? 'flex-end' : 'flex-start'}>
            <span className="heading-title">{column.title}</span>
            <Icon size={14} aria-hidden style={{ flexShrink: 0, opacity: isSorted ? 1 : 0.45 }} />
          </Group>
        </UnstyledButton>
      ) : (
        <span className="heading-title">{column.title}</span>
      )}
      {onWidth && (
        <Box
          className="heading-edge"
          role="separator"
          tabIndex={0}
          aria-orientation="vertical"
          aria-label={t.table.width(column.title)}
          aria-valuenow={width}
          aria-valuemin={LEAST}
          onMouseDown={header.getResizeHandler()}
          onTouchStart={header.getResizeHandler()}
          onDoubleClick={() => header.column.resetSize()}
          onKeyDown={(event) => {
            if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return
            event.preventDefault()
            onWidth(width + (event.key === 'ArrowRight' ? STEP : -STEP))
          }}
        />
      )}
    </Table.Th>
  )
}
