/** One record: its form, what else belongs to it, and how a program reads it. */
import { Badge, Button, Group, Stack, Tabs, Text } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { toJson } from '../../api/json'
import { Code } from '../../components/Code'
import { confirmLoss } from '../../components/confirm'
import { curl } from '../../components/curl'
import { done } from '../../components/notes'
import { type Crumb, PageHeader } from '../../components/PageHeader'
import { FormSkeleton, Problem } from '../../components/Places'
import { moment } from '../../components/times'
import { t } from '../../strings.en.ts'
import { RecordForm } from './RecordForm'
import { type Loaded, type RecordData, recordKey, type Resource } from './resource'
import { useAttributes } from './schema'
import type { FormValues } from './values'

export interface Place {
  to: string
  tab?: string
}

const at = ({ to, tab }: Place) => ({ to, search: { tab } as never })

interface NewProps {
  resource: Resource
  begin?: FormValues
  crumbs: Crumb[]
  /** Where someone goes who has made a record, and who has not. */
  placeOf: (record: RecordData) => Place
  back: Place
}

export function NewRecord({ resource, begin, crumbs, placeOf, back }: NewProps) {
  const { attributes, isPending, error } = useAttributes(resource)
  const navigate = useNavigate()
  if (isPending) return <FormSkeleton />
  if (error) return <Problem error={error} />
  return (
    <>
      <PageHeader title={resource.newTitle} crumbs={crumbs} />
      <RecordForm resource={resource} attributes={attributes} begin={begin} onSaved={({ record }) => navigate(at(placeOf(record)))} onCancel={() => navigate(at(back))} />
    </>
  )
}

export interface Part {
  value: string
  label: string
  count?: number
  render: (loaded: Loaded) => ReactNode
}

interface Props {
  resource: Resource
  id: string
  crumbs: Crumb[]
  back: Place
  parts?: Part[]
}

export function RecordPage({ resource, id, crumbs, back, parts = [] }: Props) {
  const { attributes, isPending, error } = useAttributes(resource)
  const { tab = 'details' } = useSearch({ strict: false }) as { tab?: string }
  const navigate = useNavigate()
  const queries = useQueryClient()
  const key = recordKey(resource, id)
  // A form must not change under someone's hands: it is read anew by who opens it, and when it was saved.
  const stored = useQuery({ queryKey: key, queryFn: () => resource.read(id), staleTime: Infinity, gcTime: 0 })
  if (isPending || stored.isPending) return <FormSkeleton />
  if (error || stored.error) return <Problem error={error ?? stored.error} retry={() => stored.refetch()} />
  const { record } = stored.data
  const { created_at, updated_at } = record.meta.timestamps

  function remove() {
    confirmLoss({
      title: t.records.deleteTitle(resource.labelOf(record)),
      text: t.records.deleteText(resource.singular),
      confirm: t.common.delete,
      act: async () => {
        await resource.remove(id)
        done(t.records.deleted(resource.labelOf(record)))
        await navigate({ ...at(back), ignoreBlocker: true })
        await queries.invalidateQueries({ queryKey: ['records'] })
      },
    })
  }

  return (
    <>
      <PageHeader
        title={resource.labelOf(record)}
        crumbs={crumbs}
        text={t.records.times(moment(created_at), moment(updated_at))}
        actions={
          <Button variant="light" color="red" leftSection={<IconTrash size={16} />} onClick={remove}>
            {t.common.delete}
          </Button>
        }
      />
      <Tabs value={tab} onChange={(tab) => navigate({ to: '.', search: { tab: tab === 'details' ? undefined : tab } as never, replace: true })}>
        <Tabs.List mb="md">
          <Tabs.Tab value="details">{t.records.details}</Tabs.Tab>
          {parts.map(({ value, label, count }) => (
            <Tabs.Tab key={value} value={value} rightSection={count !== undefined && <Badge size="sm" variant="light" circle={count < 10}>{count}</Badge>}>
              {label}
            </Tabs.Tab>
          ))}
          <Tabs.Tab value="api">{t.records.api}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="details">
          <RecordForm resource={resource} attributes={attributes} loaded={stored.data} onSaved={(saved) => queries.setQueryData(key, saved)} />
        </Tabs.Panel>
        {parts.map(({ value, render }) => (
          <Tabs.Panel key={value} value={value}>
            {tab === value && render(stored.data)}
          </Tabs.Panel>
        ))}
        <Tabs.Panel value="api">
          <Stack maw={960}>
            <Group gap="xs">
              <Text size="sm" fw={600}>
                {t.records.id}
              </Text>
              <Text size="sm" className="mono">
                {id}
              </Text>
            </Group>
            <Code title={t.records.curlRead} value={curl('GET', `${resource.path}/${id}`)} />
            <Code title={t.records.json} value={toJson(record, 2)} />
          </Stack>
        </Tabs.Panel>
      </Tabs>
    </>
  )
}
