/** One flow: its fields in order, its settings, and how it looks to a program. */
import { Anchor, Badge, Button, Card, Group, Stack, Tabs, Text, ThemeIcon } from '@mantine/core'
import { IconDatabase, IconForms, IconPlus } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import type { Field, Flow } from '../../api/client'
import { toJson } from '../../api/json'
import { Code } from '../../components/Code'
import { curl } from '../../components/curl'
import { failed } from '../../components/notes'
import { PageHeader } from '../../components/PageHeader'
import { Empty, FormSkeleton, Nowhere, Problem } from '../../components/Places'
import { SortableList } from '../../components/Sortable'
import { t } from '../../strings.en.ts'
import { IndexState } from '../fields/FieldPage'
import { fieldsKey, updateField, useFields } from '../fields/fields'
import type { FieldType } from '../fields/rules'
import { TYPE_ICONS } from '../fields/TypeGallery'
import { FlowSettings } from './FlowSettings'
import { Kind } from './FlowsPage'
import { isHosted, useFlow } from './flows'

export function FlowPage() {
  const { flow: slug } = useParams({ strict: false }) as { flow: string }
  const { tab = 'fields' } = useSearch({ strict: false }) as { tab?: string }
  const { flow, isPending, error } = useFlow(slug)
  const navigate = useNavigate()
  if (isPending) return <FormSkeleton />
  if (error) return <Problem error={error} />
  if (!flow) return <Nowhere />
  const records = slug === 'customers' ? '/customers' : isHosted(slug) ? undefined : `/entries/${encodeURIComponent(slug)}`
  return (
    <>
      <PageHeader
        title={flow.name}
        crumbs={[{ label: t.shell.flows, to: '/flows' }]}
        text={flow.description}
        badges={
          <>
            <Kind slug={flow.slug} />
            {!flow.enabled && <Badge color="gray" variant="outline">{t.flows.disabled}</Badge>}
          </>
        }
        actions={
          <>
            {records && (
              <Button component={Link} to={records} variant="default" leftSection={<IconDatabase size={16} />}>
                {slug === 'customers' ? t.shell.customers : t.flows.entries}
              </Button>
            )}
            <AddField flow={flow} />
          </>
        }
      />
      <Tabs value={tab} onChange={(tab) => navigate({ to: '.', search: { tab: tab ?? undefined } as never })} keepMounted={false}>
        <Tabs.List mb="md">
          <Tabs.Tab value="fields">{t.flows.tabs.fields}</Tabs.Tab>
          <Tabs.Tab value="settings">{t.flows.tabs.settings}</Tabs.Tab>
          <Tabs.Tab value="api">{t.flows.tabs.api}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="fields">
          <FieldList flow={flow} />
        </Tabs.Panel>
        {/* What is typed here stays while another tab is looked at. */}
        <Tabs.Panel value="settings" keepMounted>
          <FlowSettings key={flow.id} flow={flow} />
        </Tabs.Panel>
        <Tabs.Panel value="api">
          <Definition flow={flow} />
        </Tabs.Panel>
      </Tabs>
    </>
  )
}

function AddField({ flow }: { flow: Flow }) {
  return (
    <Button component={Link} to={`/flows/${encodeURIComponent(flow.slug)}/fields/new`} leftSection={<IconPlus size={16} />}>
      {t.fields.add}
    </Button>
  )
}

function FieldList({ flow }: { flow: Flow }) {
  const fields = useFields(flow.slug)
  const queries = useQueryClient()
  const key = fieldsKey(flow.slug)
  const moves = ['order', flow.id]
  const order = useMutation({
    mutationKey: moves,
    // One after the other, each knowing only what it changes of the one before.
    scope: { id: moves.join(' ') },
    mutationFn: async (wanted: Field[]) => {
      for (const [index, field] of wanted.entries()) {
        if (field.order !== index + 1) await updateField(field.id, { order: index + 1 }, '*')
      }
    },
    onMutate: async (wanted) => {
      await queries.cancelQueries({ queryKey: key })
      queries.setQueryData(key, wanted.map((field, index) => ({ ...field, order: index + 1 })))
    },
    onError: failed,
    onSettled: () => (queries.isMutating({ mutationKey: moves }) === 1 ? queries.invalidateQueries({ queryKey: key }) : undefined),
  })
  if (fields.isPending) return <FormSkeleton rows={4} />
  if (fields.error) return <Problem error={fields.error} retry={() => fields.refetch()} />
  if (fields.data.length === 0) {
    return (
      <Empty icon={<IconForms size={40} />} title={t.fields.empty} text={t.fields.emptyText}>
        <AddField flow={flow} />
      </Empty>
    )
  }
  return (
    <Stack maw={900}>
      <Text size="sm" c="dimmed">
        {t.fields.orderHint}
      </Text>
      <SortableList items={fields.data} idOf={(field) => field.id} labelOf={(field) => field.name} onOrder={(wanted) => order.mutate(wanted)}>
        {(field) => <FieldCard flow={flow} field={field} />}
      </SortableList>
    </Stack>
  )
}

function FieldCard({ flow, field }: { flow: Flow; field: Field }) {
  const Icon = TYPE_ICONS[field.field_type as FieldType]
  return (
    <Card withBorder padding="xs" px="sm">
      <Group justify="space-between" gap="xs">
        <Group gap="sm" wrap="nowrap" style={{ minWidth: 0 }}>
          <ThemeIcon variant="light" color={field.enabled ? 'cyan' : 'gray'}>
            <Icon size={16} />
          </ThemeIcon>
          <div style={{ minWidth: 0 }}>
            <Anchor component={Link} to={`/flows/${encodeURIComponent(flow.slug)}/fields/${field.id}`} fw={600} size="sm">
              {field.name}
            </Anchor>
            <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
              <span className="mono">{field.slug}</span> · {t.fields.types[field.field_type as FieldType].name}
            </Text>
          </div>
        </Group>
        <Group gap={6}>
          {field.required && <Badge variant="light" color="orange" c="var(--mantine-color-text)">{t.fields.badges.required}</Badge>}
          {field.unique && <Badge variant="light" color="violet" c="var(--mantine-color-text)">{t.fields.badges.unique}</Badge>}
          {field.immutable && <Badge variant="light" color="indigo" c="var(--mantine-color-text)">{t.fields.badges.immutable}</Badge>}
          {!field.enabled && <Badge variant="outline" color="gray" c="var(--mantine-color-text)">{t.flows.disabled}</Badge>}
          <IndexState field={field} />
        </Group>
      </Group>
    </Card>
  )
}

function Definition({ flow }: { flow: Flow }) {
  const fields = useFields(flow.slug)
  const { name, slug, description, enabled } = flow
  return (
    <Stack maw={900}>
      <Code title={t.flows.curlCreate} value={curl('POST', '/v2/flows', { data: { type: 'flow', name, slug, description, enabled } })} />
      <Code title={t.flows.curlRead} value={curl('GET', `/v2/flows/${slug}/fields`)} />
      {fields.data && <Code title={t.flows.json} value={toJson({ flow, fields: fields.data }, 2)} />}
    </Stack>
  )
}
