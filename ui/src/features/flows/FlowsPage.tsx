import { Anchor, Badge, Button, SegmentedControl, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconPlus, IconSchema } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Flow } from '../../api/client'
import { DataTable, type Sort } from '../../components/DataTable'
import { PageHeader } from '../../components/PageHeader'
import { Empty, Problem } from '../../components/Places'
import { day } from '../../components/times'
import { t } from '../../strings.en.ts'
import { CreateFlow } from './CreateFlow'
import { kindOf, useFlows } from './flows'

export function FlowsPage() {
  const flows = useFlows()
  const [creating, { open, close }] = useDisclosure()
  const [shown, setShown] = useState('all')
  const [sort, setSort] = useState<Sort>({ by: 'name', descending: false })

  const create = (
    <Button leftSection={<IconPlus size={16} />} onClick={open}>
      {t.flows.create}
    </Button>
  )
  const all = flows.data ?? []
  const records = all.filter((flow) => shown === 'all' || flow.enabled === (shown === 'enabled')).sort(comparing(sort))
  return (
    <>
      <PageHeader title={t.flows.title} text={t.flows.about} actions={create} />
      {flows.error && <Problem error={flows.error} retry={() => flows.refetch()} />}
      {flows.data?.length === 0 && (
        <Empty icon={<IconSchema size={40} />} title={t.flows.empty} text={t.flows.emptyText}>
          {create}
        </Empty>
      )}
      {(flows.isPending || all.length > 0) && (
        <>
          <SegmentedControl
            mb="sm"
            size="sm"
            aria-label={t.flows.filter}
            value={shown}
            onChange={setShown}
            data={[
              { value: 'all', label: t.flows.all },
              { value: 'enabled', label: t.flows.enabled },
              { value: 'disabled', label: t.flows.disabled },
            ]}
          />
          <DataTable<Flow>
            label={t.flows.title}
            records={flows.data && records}
            idOf={({ id }) => id}
            none={t.table.none}
            sort={sort}
            onSort={setSort}
            columns={[
              {
                id: 'name',
                title: t.flows.name,
                sortable: true,
                render: (flow) => (
                  <Anchor component={Link} to={`/flows/${encodeURIComponent(flow.slug)}`} fw={600} size="sm">
                    {flow.name}
                  </Anchor>
                ),
              },
              { id: 'slug', title: t.flows.slug, sortable: true, render: (flow) => <Text size="sm" className="mono">{flow.slug}</Text> },
              { id: 'description', title: t.flows.description, sortable: true, width: 260, render: (flow) => flow.description || <Text span c="dimmed">–</Text> },
              { id: 'kind', title: t.flows.kind, render: (flow) => <Kind slug={flow.slug} /> },
              {
                id: 'enabled',
                title: t.flows.status,
                width: 120,
                render: ({ enabled }) => (
                  <Badge variant="outline" color={enabled ? 'teal' : 'gray'} c="var(--mantine-color-text)">
                    {enabled ? t.flows.enabled : t.flows.disabled}
                  </Badge>
                ),
              },
              { id: 'created', title: t.common.created, width: 130, render: (flow) => day(flow.meta.timestamps.created_at) },
            ]}
          />
        </>
      )}
      <CreateFlow opened={creating} close={close} flows={all} />
    </>
  )
}

export function Kind({ slug }: { slug: string }) {
  const { label, color } = kindOf(slug)
  return (
    <Badge variant="light" color={color}>
      {label}
    </Badge>
  )
}

function comparing({ by, descending }: Sort) {
  const text = (flow: Flow) => String(flow[by as keyof Flow] ?? '')
  const sign = descending ? -1 : 1
  return (a: Flow, b: Flow) => sign * text(a).localeCompare(text(b))
}
