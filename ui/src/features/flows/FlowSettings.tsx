import { Alert, Button, Group, Paper, Stack, Switch, Text, Textarea, TextInput, Title } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { Flow } from '../../api/client'
import { formErrors } from '../../api/errors'
import { confirmLoss } from '../../components/confirm'
import { useFollow } from '../../components/follow'
import { useUnsavedGuard } from '../../components/guard'
import { done } from '../../components/notes'
import { t } from '../../strings.en.ts'
import { deleteFlow, isCore, updateFlow } from './flows'

export function FlowSettings({ flow }: { flow: Flow }) {
  const { name, slug, description, enabled } = flow
  const form = useForm({ initialValues: { name, slug, description, enabled } })
  const [problem, setProblem] = useState<string>()
  const [busy, setBusy] = useState(false)
  const queries = useQueryClient()
  const navigate = useNavigate()
  useFollow(form, { name, slug, description, enabled })
  useUnsavedGuard(() => form.isDirty())

  async function submit(values: typeof form.values) {
    setBusy(true)
    setProblem(undefined)
    try {
      // What was not touched is not sent, as someone else may have changed it.
      const changed = Object.fromEntries(Object.entries(values).filter(([key]) => form.isDirty(key)))
      const updated = await updateFlow(flow.id, changed)
      form.resetDirty()
      done(t.common.saved)
      if (updated.slug !== flow.slug) await navigate({ to: '/flows/$flow', params: { flow: updated.slug }, search: { tab: 'settings' } })
      await queries.invalidateQueries()
    } catch (error) {
      const { fields, rest } = formErrors(error, ['name', 'slug', 'description', 'enabled'])
      form.setErrors(fields)
      setProblem(rest.join('\n') || undefined)
    }
    setBusy(false)
  }

  function remove() {
    confirmLoss({
      title: t.flows.deleteTitle(flow.name),
      text: isCore(slug) ? t.flows.deleteCore(slug) : t.flows.deleteOwn,
      confirm: t.flows.delete,
      typed: slug,
      act: async () => {
        await deleteFlow(flow)
        done(t.flows.deleted(flow.name))
        form.resetDirty()
        await navigate({ to: '/flows' })
        await queries.invalidateQueries()
      },
    })
  }

  return (
    <Stack maw={720}>
      <Paper withBorder p="md" component="form" onSubmit={form.onSubmit(submit)} noValidate>
        <Stack>
          {problem && (
            <Alert color="red" role="alert">
              {problem}
            </Alert>
          )}
          <TextInput label={t.flows.name} required {...form.getInputProps('name')} />
          <TextInput label={t.flows.slug} description={isCore(slug) ? t.flows.renameCore(slug) : t.flows.renameHint} required spellCheck={false} classNames={{ input: 'mono' }} {...form.getInputProps('slug')} />
          <Textarea label={t.flows.description} autosize minRows={2} {...form.getInputProps('description')} />
          <Switch label={t.flows.enabledLabel} description={t.flows.enabledHint} {...form.getInputProps('enabled', { type: 'checkbox' })} />
          <Group justify="flex-end">
            <Button type="submit" loading={busy}>
              {t.common.save}
            </Button>
          </Group>
        </Stack>
      </Paper>
      <Paper withBorder p="md">
        <Title order={2} mb="xs">
          {t.flows.delete}
        </Title>
        <Text size="sm" mb="md">
          {isCore(slug) ? t.flows.deleteCore(slug) : t.flows.deleteOwn}
        </Text>
        <Button color="red" variant="light" onClick={remove}>
          {t.flows.delete}…
        </Button>
      </Paper>
    </Stack>
  )
}
