import { Alert, Button, Group, MultiSelect, NumberInput, Paper, Select, Stack, Switch, Table, TagsInput, Text, Title } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, body, type Schemas } from '../../api/client'
import { formErrors } from '../../api/errors'
import { confirmLoss } from '../../components/confirm'
import { useFollow } from '../../components/follow'
import { useUnsavedGuard } from '../../components/guard'
import { done } from '../../components/notes'
import { PageHeader } from '../../components/PageHeader'
import { FormSkeleton, Problem } from '../../components/Places'
import { t } from '../../strings.en.ts'
import { ADDRESS_TEXTS } from '../records/resource'
import { settingsQuery, useSettings } from '../session/store'

const LIMITS = ['field_limit', 'filter_limit', 'page_offset_limit'] as const
const INPUTS = ['page_length', 'address_mandatory_fields', 'shopper_address_limit', 'require_if_match', 'compat', 'additional_languages', 'calculation_method', 'list_child_products'] as const

export function SettingsPage() {
  const settings = useSettings()
  if (settings.error && !settings.data) return <Problem error={settings.error} retry={() => settings.refetch()} />
  return (
    <>
      <PageHeader title={t.settings.title} text={t.settings.about} />
      {settings.data ? <SettingsForm settings={settings.data.data} /> : <FormSkeleton />}
    </>
  )
}

function SettingsForm({ settings }: { settings: Schemas['Settings'] }) {
  const stored = {
    page_length: settings.page_length,
    address_mandatory_fields: settings.address_mandatory_fields,
    shopper_address_limit: settings.shopper_address_limit,
    require_if_match: settings.require_if_match ?? false,
    compat: settings.compat ?? 'extended',
    additional_languages: settings.additional_languages,
    calculation_method: settings.calculation_method,
    list_child_products: settings.list_child_products,
  }
  const form = useForm({ initialValues: stored })
  const [problem, setProblem] = useState<string>()
  const [busy, setBusy] = useState(false)
  const queries = useQueryClient()
  useFollow(form, stored)
  useUnsavedGuard(() => form.isDirty())

  async function submit(values: typeof form.values) {
    setBusy(true)
    setProblem(undefined)
    try {
      const changed = Object.fromEntries(Object.entries(values).filter(([key]) => form.isDirty(key)))
      const answer = await body(api.PUT('/v2/settings', { body: { data: { type: 'settings', ...changed } } }))
      form.resetDirty()
      done(t.common.saved)
      queries.setQueryData(settingsQuery.queryKey, answer)
      void queries.invalidateQueries()
    } catch (error) {
      const { fields, rest } = formErrors(error, INPUTS)
      form.setErrors(fields)
      setProblem(rest.join('\n') || undefined)
    }
    setBusy(false)
  }

  const reset = () =>
    confirmLoss({
      title: t.settings.resetTitle,
      text: t.settings.resetText,
      confirm: t.settings.reset,
      act: async () => {
        await body(api.DELETE('/v2/settings'))
        form.resetDirty()
        done(t.settings.wasReset)
        await queries.invalidateQueries()
      },
    })

  return (
    <form onSubmit={form.onSubmit(submit)} noValidate>
      <Stack maw={760}>
        {problem && (
          <Alert color="red" role="alert">
            {problem}
          </Alert>
        )}
        <Paper withBorder p="md">
          <Stack>
            <NumberInput label={t.settings.pageLength} description={t.settings.pageLengthHint} min={1} max={100} allowDecimal={false} {...form.getInputProps('page_length')} />
            <MultiSelect
              label={t.settings.mandatory}
              description={t.settings.mandatoryHint}
              searchable
              data={ADDRESS_TEXTS.map((value) => ({ value, label: t.addresses.texts[value] }))}
              {...form.getInputProps('address_mandatory_fields')}
            />
            <NumberInput label={t.settings.addresses} description={t.settings.addressesHint} min={1} max={500} allowDecimal={false} {...form.getInputProps('shopper_address_limit')} />
            <Switch label={t.settings.requireIfMatch} description={t.settings.requireIfMatchHint} {...form.getInputProps('require_if_match', { type: 'checkbox' })} />
            <Select
              label={t.settings.compat}
              description={t.settings.compatHint}
              allowDeselect={false}
              data={[
                { value: 'extended', label: t.settings.extended },
                { value: 'strict', label: t.settings.strict },
              ]}
              {...form.getInputProps('compat')}
            />
          </Stack>
        </Paper>
        <Paper withBorder p="md">
          <Title order={2}>{t.settings.others}</Title>
          <Text size="sm" c="dimmed" mb="md">
            {t.settings.othersHint}
          </Text>
          <Stack>
            <TagsInput label={t.settings.languages} {...form.getInputProps('additional_languages')} />
            <Select label={t.settings.calculation} allowDeselect={false} data={['line', 'simple']} {...form.getInputProps('calculation_method')} />
            <Switch label={t.settings.childProducts} {...form.getInputProps('list_child_products', { type: 'checkbox' })} />
          </Stack>
        </Paper>
        <Paper withBorder p="md">
          <Title order={2} mb="xs">
            {t.settings.limits}
          </Title>
          <Table layout="auto" variant="vertical">
            <Table.Tbody>
              {LIMITS.map((limit) => (
                <Table.Tr key={limit}>
                  <Table.Th scope="row">{t.settings.limit[limit]}</Table.Th>
                  <Table.Td ta="right">{t.common.count(settings[limit])}</Table.Td>
                </Table.Tr>
              ))}
              <Table.Tr>
                <Table.Th scope="row">{t.settings.storeId}</Table.Th>
                <Table.Td ta="right" className="mono" style={{ overflowWrap: 'anywhere' }}>
                  {settings.id}
                </Table.Td>
              </Table.Tr>
            </Table.Tbody>
          </Table>
        </Paper>
        <Paper withBorder p="sm" className="actions">
          <Group justify="space-between">
            <Button variant="subtle" color="red" onClick={reset}>
              {t.settings.reset}
            </Button>
            <Button type="submit" loading={busy}>
              {t.common.save}
            </Button>
          </Group>
        </Paper>
      </Stack>
    </form>
  )
}
