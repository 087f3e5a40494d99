/** The form of any resource: base attributes first, then the shop's own fields in their order. */
import { Alert, Anchor, Button, Group, List, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useHotkeys } from '@mantine/hooks'
import { IconAlertCircle, IconInfoCircle } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { Failure, formErrors } from '../../api/errors'
import { useUnsavedGuard } from '../../components/guard'
import { done } from '../../components/notes'
import { t } from '../../strings.en.ts'
import { ConflictDialog } from './ConflictDialog'
import { type Conflict, conflictsOf, settled } from './conflict'
import { FieldInput } from './FieldInput'
import type { Attribute, Loaded, Resource } from './resource'
import { save } from './save'
import { changedValues, type FormValues, fromInput, initialValue, same, toInput, valueOf } from './values'

/** How often others may be first before we stop trying to save what does not even touch theirs. */
const ATTEMPTS = 5

interface Props {
  resource: Resource
  attributes: Attribute[]
  loaded?: Loaded
  /** What a new record begins with, besides the defaults of its fields. */
  begin?: FormValues
  onSaved: (loaded: Loaded) => void
  onCancel?: () => void
}

export function RecordForm({ resource, attributes, loaded, begin, onSaved, onCancel }: Props) {
  const editable = attributes.filter((attribute) => attribute.editable)
  const valuesOf = (from: Loaded | undefined) =>
    Object.fromEntries(editable.map((attribute) => [attribute.slug, from ? valueOf(from.record, attribute) : initialValue(attribute)]))
  const inputsOf = (values: Record<string, unknown>) => Object.fromEntries(editable.map((attribute) => [attribute.slug, toInput(values[attribute.slug], attribute)]))

  /** The state that what is saved next is based on, and what the form has of it. */
  const current = useRef(loaded)
  const before = useRef(valuesOf(loaded))
  const saved = useRef(false)
  const isRunning = useRef(false)
  const form = useForm<FormValues>({ mode: 'uncontrolled', initialValues: { ...inputsOf(before.current), ...begin } })
  const [busy, setBusy] = useState(false)
  const [rest, setRest] = useState<string[]>([])
  const [conflict, setConflict] = useState<{ conflicts: Conflict[]; changes: Record<string, unknown>; latest: Loaded }>()
  const queries = useQueryClient()
  const changes = () => changedValues(editable, before.current, form.getValues())
  useUnsavedGuard(() => !saved.current && Object.keys(changes()).length > 0)
  useHotkeys([['mod+S', () => void submit()]], [])

  async function submit() {
    if (isRunning.current || conflict) return
    const wanted = changes()
    if (current.current && Object.keys(wanted).length === 0) return done(t.records.unchanged)
    await attempt(wanted)
  }

  /** Shows what the record has now. What is mine stays as it was typed, and no other input is touched without need. */
  function rebase(latest: Loaded, mine: string[]) {
    current.current = latest
    before.current = valuesOf(latest)
    const inputs = inputsOf(before.current)
    for (const attribute of editable) {
      const { slug } = attribute
      const isShown = same(fromInput(form.getValues()[slug], attribute), fromInput(inputs[slug], attribute))
      if (!mine.includes(slug) && !isShown) form.setFieldValue(slug, inputs[slug])
    }
  }

  async function attempt(wanted: Record<string, unknown>) {
    const focused = document.activeElement
    let refused: string | undefined
    isRunning.current = true
    setBusy(true)
    setRest([])
    form.clearErrors()
    try {
      await write(wanted, { ...form.getValues() }, current.current, ATTEMPTS)
    } catch (error) {
      const found = formErrors(error, editable.map(({ slug }) => slug))
      form.setErrors(Object.fromEntries(editable.map(({ slug, label }) => [slug, found.fields[slug]?.replaceAll(`"${slug}"`, `“${label}”`)])))
      setRest(found.rest)
      refused = Object.keys(found.fields)[0]
    }
    isRunning.current = false
    // What had the focus was disabled meanwhile, or is another input now.
    flushSync(() => setBusy(false))
    const input = refused ? document.getElementById(`field-${refused}`) : focused?.isConnected ? focused : document.getElementById(focused?.id ?? '')
    if (refused || document.activeElement === document.body) (input as HTMLElement | null)?.focus()
  }

  /** `typed` is what the inputs held when it began. */
  async function write(wanted: Record<string, unknown>, typed: FormValues, base: Loaded | undefined, left: number): Promise<void> {
    const typedSince = () => editable.map(({ slug }) => slug).filter((slug) => !same(form.getValues()[slug], typed[slug]))
    let result: Loaded
    try {
      result = await save(resource, editable, base, wanted, (step) => rebase(step, [...Object.keys(wanted), ...typedSince()]))
    } catch (error) {
      const id = current.current?.record.id
      if (!(error instanceof Failure && error.status === 412) || !id || left === 1) throw error
      return meet(wanted, typed, await resource.read(id), left)
    }
    // What was typed meanwhile is there to be saved next.
    if (loaded) rebase(result, typedSince())
    else saved.current = true
    done(loaded ? t.common.saved : t.records.made(resource.labelOf(result.record)))
    void queries.invalidateQueries({ queryKey: ['records'] })
    onSaved(result)
  }

  /**
   * Someone else saved first. What touches nothing of theirs is saved on top of it; the rest is for the person to
   * decide, and until then the form is based on what it shows.
   */
  async function meet(wanted: Record<string, unknown>, typed: FormValues, latest: Loaded, left: number) {
    const conflicts = conflictsOf(before.current, wanted, valuesOf(latest))
    if (conflicts.length === 0) return write(wanted, typed, latest, left - 1)
    setConflict({ conflicts, changes: wanted, latest })
  }

  async function settle(giveWay: string[]) {
    if (!conflict) return
    const mine = settled(conflict.changes, giveWay)
    rebase(conflict.latest, Object.keys(mine))
    setConflict(undefined)
    if (Object.keys(mine).length > 0) return attempt(mine)
    done(t.conflict.kept)
    onSaved(conflict.latest)
  }

  const isSettled = (attribute: Attribute) => Boolean(loaded && attribute.immutable && hasValue(before.current[attribute.slug]))
  const base = editable.filter(({ field }) => !field)
  const own = editable.filter(({ field }) => field)
  const broken = editable.filter(({ slug }) => form.errors[slug])
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
    >
      <Stack maw={960}>
        {(rest.length > 0 || broken.length > 0) && (
          <Alert color="red" icon={<IconAlertCircle />} role="alert" title={t.records.refused}>
            <List size="sm" spacing={2}>
              {rest.map((text) => (
                <List.Item key={text}>{text}</List.Item>
              ))}
              {broken.map(({ slug, label }) => (
                <List.Item key={slug}>
                  <Anchor size="sm" component="button" type="button" onClick={() => document.getElementById(`field-${slug}`)?.focus()}>
                    {label}
                  </Anchor>
                  : {form.errors[slug]}
                </List.Item>
              ))}
            </List>
          </Alert>
        )}
        {/* Who makes a record is about to be taken to its page, where nothing that is typed now would be. */}
        <fieldset className="bare" disabled={busy && !loaded}>
          <Stack>
            {base.length > 0 && <Fields attributes={base} form={form} isSettled={isSettled} />}
            {own.length > 0 && (
              <Paper withBorder p="md">
                <Title order={2} mb="md">
                  {base.length > 0 ? t.records.own : t.records.fields}
                </Title>
                <Inputs attributes={own} form={form} isSettled={isSettled} />
              </Paper>
            )}
          </Stack>
        </fieldset>
        {editable.length === 0 && (
          <Alert color="cyan" icon={<IconInfoCircle />}>
            {t.records.noFields}
          </Alert>
        )}
        <Paper withBorder p="sm" className="actions">
          <Group justify="space-between">
            <Text size="xs" c="dimmed" visibleFrom="xs">
              {t.records.keyboard}
            </Text>
            <Group ml="auto">
              {onCancel && (
                <Button variant="default" onClick={onCancel}>
                  {t.common.cancel}
                </Button>
              )}
              <Button type="submit" loading={busy}>
                {loaded ? t.common.save : t.common.create}
              </Button>
            </Group>
          </Group>
        </Paper>
      </Stack>
      {conflict && <ConflictDialog conflicts={conflict.conflicts} attributes={editable} onSettle={settle} onCancel={() => setConflict(undefined)} />}
    </form>
  )
}

const hasValue = (value: unknown) => value !== null && value !== '' && !(Array.isArray(value) && value.length === 0)

type FieldsProps = { attributes: Attribute[]; form: ReturnType<typeof useForm<FormValues>>; isSettled: (attribute: Attribute) => boolean }

function Fields(props: FieldsProps) {
  return (
    <Paper withBorder p="md">
      <Inputs {...props} />
    </Paper>
  )
}

function Inputs({ attributes, form, isSettled }: FieldsProps) {
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
      {attributes.map((attribute) => (
        <FieldInput key={attribute.slug} attribute={attribute} form={form} disabled={isSettled(attribute)} />
      ))}
    </SimpleGrid>
  )
}
