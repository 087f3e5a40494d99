import { Alert, Anchor, Button, Group, Modal, SegmentedControl, Select, Stack, Switch, Text, Textarea, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { Flow } from '../../api/client'
import { formErrors } from '../../api/errors'
import { done } from '../../components/notes'
import { slugFrom } from '../../components/slug'
import { t } from '../../strings.en.ts'
import { CORE_SLUGS, createFlow, flowsKey, isCore as isCoreSlug, isHosted } from './flows'

const EMPTY = { name: '', slug: '', description: '', enabled: true }

interface Props {
  close: () => void
  flows: Flow[]
  /** The resource that is to be extended, unless someone chooses otherwise. */
  begin?: string
}

export function CreateFlow({ opened, ...props }: Props & { opened: boolean }) {
  return (
    <Modal opened={opened} onClose={props.close} title={t.flows.createTitle} size="lg">
      <CreateForm {...props} />
    </Modal>
  )
}

function CreateForm({ close, flows, begin }: Props) {
  const [extend, setExtend] = useState(begin ? 'core' : 'own')
  const [slugIsMine, setSlugIsMine] = useState(begin !== undefined)
  const [problem, setProblem] = useState<string>()
  const [busy, setBusy] = useState(false)
  const navigate = useNavigate()
  const queries = useQueryClient()
  const form = useForm({
    initialValues: begin ? { ...EMPTY, name: titled(begin), slug: begin } : EMPTY,
    validate: { name: (name) => (name.trim() ? null : t.flows.nameMissing), slug: (slug) => (slug ? null : t.flows.slugMissing) },
  })
  const isCore = extend === 'core'
  const taken = isCore ? flows.find((flow) => flow.slug === form.values.slug) : undefined

  async function submit(values: typeof EMPTY) {
    setBusy(true)
    setProblem(undefined)
    try {
      const flow = await createFlow(values)
      await queries.invalidateQueries({ queryKey: flowsKey })
      done(t.flows.created(flow.name))
      await navigate({ to: '/flows/$flow', params: { flow: flow.slug } })
    } catch (error) {
      const { fields, rest } = formErrors(error, Object.keys(EMPTY))
      form.setErrors(fields)
      setProblem(rest.join('\n') || undefined)
      setBusy(false)
    }
  }

  return (
    <form onSubmit={form.onSubmit(submit)} noValidate>
      <Stack>
        <SegmentedControl
          fullWidth
          aria-label={t.flows.what}
          value={extend}
          onChange={(value) => {
            setExtend(value)
            setSlugIsMine(value === 'core')
            form.setFieldValue('slug', value === 'core' ? '' : slugFrom(form.values.name, '-'))
          }}
          data={[
            { value: 'own', label: t.flows.own },
            { value: 'core', label: t.flows.extend },
          ]}
        />
        <Text size="sm" c="dimmed">
          {isCore ? t.flows.extendHint : t.flows.ownHint}
        </Text>
        {problem && (
          <Alert color="red" role="alert">
            {problem}
          </Alert>
        )}
        {isCore && (
          <Select
            label={t.flows.resource}
            searchable
            required
            data={[
              { group: t.flows.here, items: CORE_SLUGS.filter(isHosted) },
              { group: t.flows.elsewhere, items: CORE_SLUGS.filter((slug) => !isHosted(slug)) },
            ]}
            value={form.values.slug || null}
            error={form.errors.slug}
            onChange={(slug) => {
              form.setFieldValue('slug', slug ?? '')
              if (!form.values.name || isCoreSlug(slugFrom(form.values.name, '-'))) form.setFieldValue('name', titled(slug ?? ''))
            }}
          />
        )}
        {taken ? (
          <Alert color="cyan" title={t.flows.existsTitle(taken.slug)}>
            <Text size="sm" mb="xs">
              {t.flows.exists}
            </Text>
            <Anchor component={Link} to={`/flows/${encodeURIComponent(taken.slug)}`} size="sm">
              {t.flows.open(taken.name)}
            </Anchor>
          </Alert>
        ) : (
          <>
            <TextInput
              label={t.flows.name}
              required
              data-autofocus
              {...form.getInputProps('name')}
              onChange={(event) => {
                const name = event.currentTarget.value
                form.setFieldValue('name', name)
                if (!slugIsMine) form.setFieldValue('slug', slugFrom(name, '-'))
              }}
            />
            {!isCore && (
              <TextInput
                label={t.flows.slug}
                description={isCoreSlug(form.values.slug) ? t.flows.slugExtends(form.values.slug) : t.flows.slugHint}
                required
                spellCheck={false}
                classNames={{ input: 'mono' }}
                {...form.getInputProps('slug')}
                onChange={(event) => {
                  setSlugIsMine(true)
                  form.setFieldValue('slug', event.currentTarget.value)
                }}
              />
            )}
            <Textarea label={t.flows.description} autosize minRows={2} {...form.getInputProps('description')} />
            <Switch label={t.flows.enabledLabel} description={t.flows.enabledHint} {...form.getInputProps('enabled', { type: 'checkbox' })} />
          </>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {t.common.cancel}
          </Button>
          <Button type="submit" loading={busy} disabled={taken !== undefined}>
            {t.flows.create}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

const titled = (slug: string) => slug.charAt(0).toUpperCase() + slug.slice(1).replace(/[-_]/g, ' ')
