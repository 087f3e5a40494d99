/** Gives one field of many records the same value: first what it would do, then doing it, and the way back. */
import { Alert, Button, CloseButton, Group, List, Modal, SegmentedControl, Select, Stack, Table, Text } from '@mantine/core'
import { useForm } from '@mantine/form'
import { IconAlertTriangle, IconArrowBackUp, IconCheck } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { formErrors } from '../../api/errors'
import { useUnsavedGuard } from '../../components/guard'
import { Working } from '../../components/Working'
import { t } from '../../strings.en.ts'
import { settingsQuery } from '../session/store'
import { apply, broken, type Change, extend, newPlan, type Outcome, type Plan, type Target, type Trouble, undo } from './bulk'
import { FieldInput } from './FieldInput'
import { pagesOfScope, type Scope } from './scope'
import { type Attribute, rehearse, type Resource } from './resource'
import { Value } from './Value'
import { type FormValues, fromInput, toInput } from './values'

/** How many records are shown as examples, and how many that were refused. */
const EXAMPLES = 5
const TROUBLES = 50

type Step =
  | { name: 'asking' }
  | { name: 'working'; title: string; count: number; all: number }
  | { name: 'planned'; change: Change; plan: Plan }
  | { name: 'done'; change: Change; outcome: Outcome; isUndone: boolean }

interface Props {
  resource: Resource
  attributes: Attribute[]
  scope: Scope
  /** Nothing more is to be told or taken back. */
  onClose: () => void
  /** Records were written, so what was selected is not what it was. */
  onWritten: () => void
}

export default function BulkEdit({ resource, attributes, scope, onClose, onWritten }: Props) {
  const editable = attributes.filter((attribute) => attribute.editable)
  const form = useForm<FormValues>({ mode: 'uncontrolled', initialValues: Object.fromEntries(editable.map((attribute) => [attribute.slug, toInput(attribute.kind === 'relationship' ? [] : null, attribute)])) })
  const [slug, setSlug] = useState<string | null>(null)
  const [isClearing, setClearing] = useState(false)
  const [problem, setProblem] = useState<string>()
  const [step, setStep] = useState<Step>({ name: 'asking' })
  const [opened, setOpened] = useState(true)
  const banner = useRef<HTMLDivElement>(null)
  const stop = useRef(new AbortController())
  const queries = useQueryClient()
  const attribute = editable.find((one) => one.slug === slug)
  const isUndoable = step.name === 'done' && !step.isUndone && !step.change.attribute.immutable && step.outcome.done.length > 0
  const isUnfinished = step.name === 'done' && step.outcome.rest.length > 0
  useUnsavedGuard(() => step.name === 'working', t.bulk.guard)
  useEffect(() => () => stop.current.abort(), [])
  // What opened the dialog is gone with the selection.
  useEffect(() => {
    if (!opened) banner.current?.focus()
  }, [opened])

  function begin(title: string, all: number): [AbortSignal, (count: number) => void] {
    stop.current = new AbortController()
    setStep({ name: 'working', title, count: 0, all })
    return [stop.current.signal, (count) => setStep({ name: 'working', title, count, all })]
  }

  async function check(attribute: Attribute) {
    const { slug, kind, blank } = attribute
    const empty = kind === 'relationship' ? [] : blank
    const value = isClearing ? empty : fromInput(form.getValues()[slug], attribute)
    form.clearErrors()
    setProblem(undefined)
    if (!isClearing && (value === null || value === '' || (Array.isArray(value) && value.length === 0))) return form.setFieldError(slug, t.bulk.valueMissing)
    const change = { resource, attribute, value }
    const [signal, tell] = begin(t.bulk.checking, scope.count)
    try {
      const plan = newPlan()
      for await (const records of pagesOfScope(resource, scope, signal)) {
        if (signal.aborted) return setStep({ name: 'asking' })
        extend(plan, change, records)
        tell(plan.changes.length + plan.same + plan.refused.length)
      }
      const [first] = plan.changes
      if (first) {
        const settings = await queries.fetchQuery({ ...settingsQuery, staleTime: 0 })
        const isStrict = settings.meta.store_name === undefined
        const refusal = isStrict ? broken(change) : undefined
        if (refusal !== undefined) throw new Error(refusal)
        if (!isStrict && kind !== 'relationship') await rehearse(resource, first.id, attribute, value)
      }
      setStep({ name: 'planned', change, plan })
    } catch (error) {
      if (signal.aborted) return setStep({ name: 'asking' })
      const { fields, rest } = formErrors(error, [slug])
      const text = [fields[slug]?.replaceAll(`"${slug}"`, `“${attribute.label}”`), ...rest].filter(Boolean).join('\n')
      setStep({ name: 'asking' })
      if (isClearing) setProblem(text)
      else form.setFieldError(slug, text)
    }
  }

  /** Goes on after what was done before. */
  async function write(change: Change, targets: Target[], isUndone: boolean, before?: Outcome) {
    setOpened(true)
    const act = isUndone ? undo : apply
    const outcome = await act(change, targets, ...begin(isUndone ? t.bulk.undoing : t.bulk.writing, targets.length))
    const all = { ...outcome, done: [...(before?.done ?? []), ...outcome.done], failed: [...(before?.failed ?? []), ...outcome.failed] }
    setStep({ name: 'done', change, outcome: all, isUndone })
    onWritten()
    void queries.invalidateQueries({ queryKey: ['records'] })
  }

  /** What was changed can be taken back, and what was not come to gone on with, until the list is left or something else is edited. */
  function close() {
    if (step.name === 'working') return
    if (isUndoable || isUnfinished) setOpened(false)
    else onClose()
  }

  const ways = step.name === 'done' && (
    <>
      {isUnfinished && (
        <Button size={opened ? undefined : 'xs'} variant="default" onClick={() => write(step.change, step.outcome.rest, step.isUndone, step.outcome)}>
          {t.bulk.goOn}
        </Button>
      )}
      {isUndoable && (
        <Button size={opened ? undefined : 'xs'} variant="default" leftSection={<IconArrowBackUp size={16} />} onClick={() => write(step.change, step.outcome.done, true)}>
          {t.bulk.undo}
        </Button>
      )}
    </>
  )
  const result = step.name === 'done' && (step.isUndone ? t.bulk.undone(step.outcome.done.length) : t.bulk.changed(step.change.attribute.label, step.outcome.done.length))
  return (
    <>
      {!opened && step.name === 'done' && (
        <Alert color={isUnfinished ? 'yellow' : 'teal'} icon={isUnfinished ? <IconAlertTriangle /> : <IconCheck />} role="status" tabIndex={-1} ref={banner}>
          <Group justify="space-between" gap="sm">
            <Text size="sm">
              {result} {isUnfinished && t.bulk.left(step.outcome.rest.length)}
            </Text>
            <Group gap="xs">
              {ways}
              <CloseButton aria-label={t.common.close} onClick={onClose} />
            </Group>
          </Group>
        </Alert>
      )}
      <Modal opened={opened} onClose={close} title={t.bulk.title(scope.count)} size="lg" withCloseButton={step.name !== 'working'}>
        {step.name === 'asking' && (
          <form
            noValidate
            onSubmit={(event) => {
              event.preventDefault()
              if (attribute) void check(attribute)
            }}
          >
            <Stack>
              <Select
                label={t.bulk.field}
                placeholder={t.records.choose}
                searchable
                allowDeselect={false}
                data={editable.map(({ slug, label, unique }) => ({ value: slug, label: unique ? t.bulk.unique(label) : label, disabled: unique }))}
                value={slug}
                onChange={setSlug}
                data-autofocus
              />
              {attribute && (
                <>
                  <SegmentedControl
                    aria-label={t.bulk.what}
                    value={isClearing ? 'clear' : 'set'}
                    onChange={(value) => setClearing(value === 'clear')}
                    data={[
                      { value: 'set', label: t.bulk.set },
                      { value: 'clear', label: t.bulk.clear },
                    ]}
                  />
                  {!isClearing && <FieldInput key={attribute.slug} attribute={attribute} form={form} />}
                  {attribute.immutable && <Warning>{t.bulk.immutable}</Warning>}
                </>
              )}
              {problem && <Warning>{problem}</Warning>}
              <Buttons>
                <Button variant="default" onClick={close}>
                  {t.common.cancel}
                </Button>
                <Button type="submit" disabled={!attribute}>
                  {t.bulk.check}
                </Button>
              </Buttons>
            </Stack>
          </form>
        )}
        {step.name === 'working' && <Working {...step} onStop={() => stop.current.abort()} />}
        {step.name === 'planned' && (
          <Stack>
            <PlanTable {...step} />
            <Troubles troubles={step.plan.refused} />
            <Buttons>
              <Button variant="default" onClick={() => setStep({ name: 'asking' })}>
                {t.bulk.back}
              </Button>
              <Button disabled={step.plan.changes.length === 0} onClick={() => write(step.change, step.plan.changes, false)}>
                {t.bulk.apply(step.plan.changes.length)}
              </Button>
            </Buttons>
          </Stack>
        )}
        {step.name === 'done' && (
          <Stack>
            <Text role="status">{result}</Text>
            {isUnfinished && (
              <Warning>
                {step.outcome.halted} {t.bulk.left(step.outcome.rest.length)} {step.outcome.rest.some(({ isUnsure }) => isUnsure) && t.bulk.unsure}
              </Warning>
            )}
            <Troubles troubles={step.outcome.failed} />
            <Buttons>
              {ways}
              <Button onClick={close}>{t.common.close}</Button>
            </Buttons>
          </Stack>
        )}
      </Modal>
    </>
  )
}

const Buttons = ({ children }: { children: ReactNode }) => <Group justify="flex-end">{children}</Group>

const Warning = ({ children }: { children: ReactNode }) => (
  <Alert color="yellow" icon={<IconAlertTriangle />} role="alert" style={{ whiteSpace: 'pre-line' }}>
    {children}
  </Alert>
)

/** What would happen, in numbers and by a few examples. */
function PlanTable({ change: { attribute, value }, plan }: { change: Change; plan: Plan }) {
  const shown = (value: unknown) => <Value value={value} attribute={attribute} />
  const counts = [
    [t.bulk.wouldChange, plan.changes.length],
    [t.bulk.haveIt, plan.same],
    [t.bulk.refused, plan.refused.length],
  ] as const
  return (
    <>
      <Text size="sm">
        {t.bulk.planned(attribute.label)} <b>{shown(value)}</b>
      </Text>
      <Table aria-label={t.bulk.summary} withTableBorder>
        <Table.Tbody>
          {counts.map(([label, count]) => (
            <Table.Tr key={label}>
              <Table.Th scope="row" fw={400}>
                {label}
              </Table.Th>
              <Table.Td ta="right">{t.common.count(count)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {plan.changes.length > 0 && (
        <Table aria-label={t.bulk.examples} verticalSpacing={6} layout="fixed">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{plan.changes.length > EXAMPLES ? t.bulk.firstOf(EXAMPLES) : t.bulk.record}</Table.Th>
              <Table.Th>{t.bulk.now}</Table.Th>
              <Table.Th>{t.bulk.then}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {plan.changes.slice(0, EXAMPLES).map(({ id, label, before }) => (
              <Table.Tr key={id}>
                <Table.Td className="cell">{label}</Table.Td>
                <Table.Td className="cell">{shown(before)}</Table.Td>
                <Table.Td className="cell">{shown(value)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </>
  )
}

function Troubles({ troubles }: { troubles: Trouble[] }) {
  if (troubles.length === 0) return null
  return (
    <>
      <Text size="sm" fw={600}>
        {t.bulk.troubles(troubles.length)}
      </Text>
      <List size="sm" spacing={2} mah={220} style={{ overflowY: 'auto' }} tabIndex={0} aria-label={t.bulk.troubles(troubles.length)}>
        {troubles.slice(0, TROUBLES).map(({ id, label, reason }) => (
          <List.Item key={id}>
            {label}: {reason}
          </List.Item>
        ))}
        {troubles.length > TROUBLES && <List.Item>{t.bulk.more(troubles.length - TROUBLES)}</List.Item>}
      </List>
    </>
  )
}
