/** The field builder: a type first, then everything else about the field. */
import { Alert, Badge, Button, Grid, Group, Loader, Paper, Progress, Select, Stack, Switch, Tabs, Text, Textarea, TextInput, Title } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { IconAlertCircle, IconTrash } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import type { Field, Flow } from '../../api/client'
import { Failure, type FormErrors, formErrors } from '../../api/errors'
import { toJson } from '../../api/json'
import { Code } from '../../components/Code'
import { confirmLoss } from '../../components/confirm'
import { curl } from '../../components/curl'
import { useUnsavedGuard } from '../../components/guard'
import { done } from '../../components/notes'
import { type Crumb, PageHeader } from '../../components/PageHeader'
import { FormSkeleton, Nowhere, Problem } from '../../components/Places'
import { slugFrom } from '../../components/slug'
import { t } from '../../strings.en.ts'
import { useFlow } from '../flows/flows'
import { changes, draftOf, type FieldDraft, inputOf, newDraft } from './draft'
import { countValues, createField, deleteField, fieldsKey, readField, updateField, useFields } from './fields'
import { ImpactPanel } from './ImpactPanel'
import { RuleEditors } from './RuleEditors'
import { type FieldType, tryValue, YES_OR_NO } from './rules'
import { TestBox } from './TestBox'
import { TypeGallery } from './TypeGallery'

const INPUTS = ['name', 'slug', 'description', 'required', 'default', 'enabled', 'omit_null', 'immutable', 'unique', 'filterable', 'validation_rules']
/** How many fields of a flow can have an index, of texts and of everything else. */
const SLOTS = 16

export function NewFieldPage() {
  const { flow: slug } = useParams({ strict: false }) as { flow: string }
  const { flow, isPending, error } = useFlow(slug)
  const [type, setType] = useState<FieldType>()
  if (isPending) return <FormSkeleton />
  if (error) return <Problem error={error} />
  if (!flow) return <Nowhere />
  if (type) return <FieldForm key={type} flow={flow} initial={newDraft(type)} />
  return (
    <>
      <PageHeader title={t.fields.newTitle} crumbs={crumbs(flow)} text={t.fields.gallery} />
      <TypeGallery onChoose={setType} />
    </>
  )
}

export function FieldPage() {
  const { flow: slug, field: id } = useParams({ strict: false }) as { flow: string; field: string }
  const { flow, isPending } = useFlow(slug)
  const stored = useQuery({ queryKey: ['field', id], queryFn: () => readField(id), staleTime: Infinity, gcTime: 0 })
  if (isPending || stored.isPending) return <FormSkeleton />
  if (stored.error) return <Problem error={stored.error} retry={() => stored.refetch()} />
  if (!flow) return <Nowhere />
  const { field, etag } = stored.data
  return <FieldForm key={etag} flow={flow} field={field} etag={etag} initial={draftOf(field)} />
}

const crumbs = (flow: Flow): Crumb[] => [
  { label: t.shell.flows, to: '/flows' },
  { label: flow.name, to: `/flows/${encodeURIComponent(flow.slug)}` },
]

interface FormProps {
  flow: Flow
  initial: FieldDraft
  field?: Field
  etag?: string | null
}

function FieldForm({ flow, initial, field, etag }: FormProps) {
  const [draft, setDraft] = useState(initial)
  const [errors, setErrors] = useState<FormErrors>({ fields: {}, rest: [] })
  const [busy, setBusy] = useState(false)
  const [tab, setTab] = useState<string | null>('basics')
  const saved = useRef(false)
  const navigate = useNavigate()
  const queries = useQueryClient()
  const fields = useFields(flow.slug)
  const isDirty = () => !saved.current && JSON.stringify(draft) !== JSON.stringify(initial)
  useUnsavedGuard(isDirty)
  useHotkeys([['mod+S', () => void save()]], [])

  const set = (change: Partial<FieldDraft>) => setDraft((before) => ({ ...before, ...change }))
  const back = () => navigate({ to: '/flows/$flow', params: { flow: flow.slug } })

  async function save() {
    if (busy) return
    setBusy(true)
    setErrors({ fields: {}, rest: [] })
    try {
      if (field) await updateField(field.id, changes(initial, draft), etag)
      else {
        const last = Math.max(0, ...(fields.data ?? []).map((other) => other.order ?? 0))
        await createField(flow.id, { ...inputOf(draft), order: last + 1 })
      }
      saved.current = true
      await queries.invalidateQueries()
      done(field ? t.common.saved : t.fields.created(draft.name))
      await back()
    } catch (error) {
      const isLate = error instanceof Failure && error.status === 412
      const found = isLate ? { fields: {}, rest: [t.fields.changedElsewhere] } : formErrors(error, INPUTS)
      setErrors(found)
      setTab(tabOf(Object.keys(found.fields)[0]) ?? tab)
      setBusy(false)
    }
  }

  const input = inputOf(draft)
  const isValue = draft.field_type !== 'relationship'
  const misfit = isValue && draft.default !== '' && tryValue(draft.field_type, input.validation_rules ?? [], false, draft.default).some(({ passes }) => passes === false)

  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <PageHeader
        title={field ? field.name : t.fields.newOf[draft.field_type]}
        crumbs={crumbs(flow)}
        badges={<Badge variant="light">{t.fields.types[draft.field_type].name}</Badge>}
        actions={
          <>
            {field && <Delete flow={flow} field={field} onDeleted={() => { saved.current = true; void queries.invalidateQueries({ queryKey: fieldsKey(flow.slug) }); void back() }} />}
            <Button variant="default" onClick={back}>
              {t.common.cancel}
            </Button>
            <Button type="submit" loading={busy}>
              {field ? t.common.save : t.fields.create}
            </Button>
          </>
        }
      />
      {errors.rest.length > 0 && (
        <Alert color="red" icon={<IconAlertCircle />} mb="md" role="alert" title={t.errors.title}>
          {errors.rest.join('\n')}
        </Alert>
      )}
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 8 }}>
          <Paper withBorder p="md">
            <Tabs value={tab} onChange={setTab} keepMounted={false}>
              <Tabs.List mb="md">
                <Tabs.Tab value="basics">{t.fields.tabs.basics}</Tabs.Tab>
                <Tabs.Tab value="rules">{t.fields.tabs.rules}</Tabs.Tab>
                <Tabs.Tab value="search">{t.fields.tabs.search}</Tabs.Tab>
                <Tabs.Tab value="api">{t.fields.tabs.api}</Tabs.Tab>
              </Tabs.List>
              <Tabs.Panel value="basics">
                <Basics draft={draft} set={set} errors={errors.fields} isNew={!field} misfit={misfit} />
              </Tabs.Panel>
              <Tabs.Panel value="rules">
                <Stack gap="lg">
                  {isValue && <Switch label={t.fields.required} description={t.fields.requiredHint} checked={draft.required} error={errors.fields.required} onChange={(event) => set({ required: event.currentTarget.checked })} />}
                  <Switch label={t.fields.immutable} description={t.fields.immutableHint} checked={draft.immutable} error={errors.fields.immutable} onChange={(event) => set({ immutable: event.currentTarget.checked })} />
                  {isValue && draft.field_type !== 'boolean' && (
                    <Select
                      label={t.fields.unique}
                      description={draft.default ? t.fields.uniqueOrDefault : t.fields.uniqueHint}
                      disabled={draft.default !== '' && draft.unique === 'no'}
                      allowDeselect={false}
                      data={[
                        { value: 'no', label: t.fields.uniqueNo },
                        { value: 'yes', label: t.fields.uniqueYes },
                        ...(draft.field_type === 'string' ? [{ value: 'ignore_case', label: t.fields.uniqueIgnoreCase }] : []),
                      ]}
                      value={draft.unique}
                      error={errors.fields.unique}
                      onChange={(value) => set({ unique: value as FieldDraft['unique'] })}
                    />
                  )}
                  <RuleEditors type={draft.field_type} rules={draft.rules} onChange={(rules) => set({ rules })} error={errors.fields.validation_rules} />
                </Stack>
              </Tabs.Panel>
              <Tabs.Panel value="search">
                <Search draft={draft} set={set} stored={field} fields={fields.data ?? []} error={errors.fields.filterable} />
              </Tabs.Panel>
              <Tabs.Panel value="api">
                <Definition flow={flow} draft={draft} initial={initial} field={field} />
              </Tabs.Panel>
            </Tabs>
          </Paper>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Stack>
            {field && <ImpactPanel flow={flow} field={field} before={initial} after={draft} />}
            {isValue && <TestBox type={draft.field_type} rules={input.validation_rules ?? []} required={draft.required} />}
            {field && <Usage flow={flow} field={field} />}
          </Stack>
        </Grid.Col>
      </Grid>
    </form>
  )
}

function tabOf(input: string | undefined): string | undefined {
  if (input === undefined) return undefined
  if (['required', 'immutable', 'unique', 'validation_rules'].includes(input)) return 'rules'
  return input === 'filterable' ? 'search' : 'basics'
}

interface PartProps {
  draft: FieldDraft
  set: (change: Partial<FieldDraft>) => void
}

function Basics({ draft, set, errors, isNew, misfit }: PartProps & { errors: Record<string, string>; isNew: boolean; misfit: boolean }) {
  const [slugIsMine, setSlugIsMine] = useState(!isNew || (draft.slug !== '' && draft.slug !== slugFrom(draft.name, '_')))
  const [renaming, setRenaming] = useState(isNew)
  const isValue = draft.field_type !== 'relationship'
  return (
    <Stack>
      <TextInput
        label={t.fields.name}
        required
        data-autofocus
        autoFocus={isNew}
        value={draft.name}
        error={errors.name}
        onChange={(event) => {
          const name = event.currentTarget.value
          set(slugIsMine ? { name } : { name, slug: slugFrom(name, '_') })
        }}
      />
      <Group align="flex-start" gap="xs">
        <TextInput
          flex={1}
          label={t.fields.slug}
          description={renaming && !isNew ? t.fields.renameHint : t.fields.slugHint}
          required
          className="slug"
          classNames={{ input: 'mono' }}
          spellCheck={false}
          readOnly={!renaming}
          variant={renaming ? 'default' : 'filled'}
          value={draft.slug}
          error={errors.slug}
          onChange={(event) => {
            setSlugIsMine(true)
            set({ slug: event.currentTarget.value })
          }}
        />
        {!renaming && (
          <Button variant="default" mt={46} onClick={() => setRenaming(true)}>
            {t.fields.rename}
          </Button>
        )}
      </Group>
      <Textarea label={t.fields.description} description={t.fields.descriptionHint} autosize minRows={2} value={draft.description} error={errors.description} onChange={(event) => set({ description: event.currentTarget.value })} />
      {isValue && <Default draft={draft} set={set} error={errors.default ?? (misfit ? t.fields.defaultMisfit : undefined)} />}
      <Switch label={t.fields.enabled} description={t.fields.enabledHint} checked={draft.enabled} onChange={(event) => set({ enabled: event.currentTarget.checked })} />
      <Switch label={t.fields.omitNull} description={t.fields.omitNullHint} checked={draft.omit_null} onChange={(event) => set({ omit_null: event.currentTarget.checked })} />
    </Stack>
  )
}

function Default({ draft, set, error }: PartProps & { error?: string }) {
  const { choices } = draft.rules
  const options = draft.field_type === 'boolean' ? YES_OR_NO : choices.map((value) => ({ value, label: value }))
  const shared = { label: t.fields.default, description: draft.unique === 'no' ? t.fields.defaultHint : t.fields.uniqueOrDefault, disabled: draft.unique !== 'no' && draft.default === '', error }
  if (options.length > 0) {
    const data = draft.default && !options.some(({ value }) => value === draft.default) ? [...options, { value: draft.default, label: draft.default }] : options
    return <Select {...shared} data={data} value={draft.default || null} onChange={(value) => set({ default: value ?? '' })} clearable clearButtonProps={{ 'aria-label': t.common.clear }} placeholder={t.fields.noDefault} />
  }
  return <TextInput {...shared} placeholder={t.fields.noDefault} value={draft.default} onChange={(event) => set({ default: event.currentTarget.value })} />
}

function Search({ draft, set, stored, fields, error }: PartProps & { stored?: Field; fields: Field[]; error?: string }) {
  if (draft.field_type === 'relationship') return <Text c="dimmed">{t.fields.noIndexForRelations}</Text>
  const isText = draft.field_type === 'string'
  const used = fields.filter((field) => field.index_state && (field.field_type === 'string') === isText).length
  const live = fields.find((field) => field.id === stored?.id) ?? stored
  return (
    <Stack>
      <Switch label={t.fields.filterable} description={t.fields.filterableHint} checked={draft.filterable} error={error} onChange={(event) => set({ filterable: event.currentTarget.checked })} />
      {live && <IndexState field={live} long />}
      <div>
        <Text size="sm" mb={4}>
          {isText ? t.fields.textSlots(used, SLOTS) : t.fields.otherSlots(used, SLOTS)}
        </Text>
        <Progress value={(used / SLOTS) * 100} aria-label={isText ? t.fields.textSlots(used, SLOTS) : t.fields.otherSlots(used, SLOTS)} maw={320} />
      </div>
    </Stack>
  )
}

/** How far the index of a field is. */
export function IndexState({ field, long = false }: { field: Field; long?: boolean }) {
  const state = field.index_state
  if (!state) return long ? <Text size="sm">{t.fields.index.none}</Text> : null
  if (state === 'building') {
    const text = t.fields.index.building(field.index_progress ?? 0)
    return (
      <Group gap={6} wrap="nowrap">
        <Loader size={12} aria-hidden />
        <Text size={long ? 'sm' : 'xs'}>{text}</Text>
      </Group>
    )
  }
  const text = state === 'ready' ? t.fields.index.ready : t.fields.index.clearing
  return long ? <Text size="sm">{text}</Text> : <Badge variant="outline" color={state === 'ready' ? 'teal' : 'gray'}>{state === 'ready' ? t.fields.index.short : text}</Badge>
}

function Definition({ flow, draft, initial, field }: { flow: Flow; draft: FieldDraft; initial: FieldDraft; field?: Field }) {
  const relationships = { flow: { data: { type: 'flow', id: flow.id } } }
  const whole = { type: 'field', ...inputOf(draft), ...(field ? { order: field.order } : {}), relationships }
  const update = { data: { type: 'field', ...changes(initial, draft) } }
  return (
    <Stack>
      <Code title={t.fields.json} value={toJson(whole, 2)} />
      <Code title={t.fields.curlCreate} value={curl('POST', '/v2/fields', { data: whole })} />
      {field && <Code title={t.fields.curlUpdate} value={curl('PUT', `/v2/fields/${field.id}`, update)} />}
      <Text size="sm" c="dimmed">
        {t.fields.curlHint}
      </Text>
    </Stack>
  )
}

function Usage({ flow, field }: { flow: Flow; field: Field }) {
  const count = useQuery({ queryKey: ['usage', flow.slug, field.slug], queryFn: () => countValues(flow.slug, field.slug), enabled: field.enabled && flow.enabled })
  return (
    <Paper withBorder p="md">
      <Title order={2} mb="xs">
        {t.usage.title}
      </Title>
      {!field.enabled || !flow.enabled ? (
        <Text size="sm">{t.usage.hidden}</Text>
      ) : count.data ? (
        <>
          <Text size="sm" mb={6}>
            {t.usage.share(count.data.used, count.data.all)}
          </Text>
          <Progress value={count.data.all ? (count.data.used / count.data.all) * 100 : 0} aria-label={t.usage.share(count.data.used, count.data.all)} />
        </>
      ) : (
        <Text size="sm" c="dimmed">
          {count.error ? t.usage.unknown : t.common.loading}
        </Text>
      )}
    </Paper>
  )
}

function Delete({ flow, field, onDeleted }: { flow: Flow; field: Field; onDeleted: () => void }) {
  async function ask() {
    // Values that are hidden, or too many to be looked through, may be there without being counted.
    const used = field.enabled && flow.enabled ? await countValues(flow.slug, field.slug).then(({ used }) => used, () => undefined) : undefined
    confirmLoss({
      title: t.fields.deleteTitle(field.name),
      text: used === undefined ? t.fields.deleteUncounted : used > 0 ? t.fields.deleteUsed(used) : t.fields.deleteUnused,
      confirm: t.fields.delete,
      typed: used === 0 ? undefined : field.slug,
      act: async () => {
        await deleteField(field.id)
        done(t.fields.deleted(field.name))
        onDeleted()
      },
    })
  }
  return (
    <Button variant="light" color="red" leftSection={<IconTrash size={16} />} onClick={ask}>
      {t.common.delete}
    </Button>
  )
}
