import { ActionIcon, Alert, Badge, Button, Group, Modal, NumberInput, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { IconAlertTriangle, IconCheck, IconCopy, IconPencil, IconPlus, IconTrash } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { formErrors } from '../../api/errors'
import { endSession, useSession } from '../../api/session'
import { Code } from '../../components/Code'
import { confirmLoss } from '../../components/confirm'
import { useCopy } from '../../components/copy'
import { DataTable } from '../../components/DataTable'
import { done } from '../../components/notes'
import { PageHeader } from '../../components/PageHeader'
import { Problem } from '../../components/Places'
import { moment } from '../../components/times'
import { t } from '../../strings.en.ts'
import { createKey, deleteKey, type Key, type KeyInput, keysKey, updateKey, useKeys } from './keys'

export function KeysPage() {
  const keys = useKeys()
  const { session } = useSession()
  const queries = useQueryClient()
  const [editing, setEditing] = useState<Key | 'new'>()
  const [made, setMade] = useState<Key>()
  const isMine = (key: Key) => key.client_id === session?.clientId

  function remove(key: Key) {
    confirmLoss({
      title: t.keys.deleteTitle(key.name),
      text: isMine(key) ? t.keys.deleteMine : t.keys.deleteText,
      confirm: t.keys.delete,
      typed: isMine(key) ? key.name : undefined,
      act: async () => {
        await deleteKey(key.id)
        if (isMine(key)) return endSession(false)
        done(t.keys.deleted(key.name))
        await queries.invalidateQueries({ queryKey: keysKey })
      },
    })
  }

  return (
    <>
      <PageHeader
        title={t.keys.title}
        text={t.keys.about}
        actions={
          <Button leftSection={<IconPlus size={16} />} onClick={() => setEditing('new')}>
            {t.keys.create}
          </Button>
        }
      />
      {keys.error ? (
        <Problem error={keys.error} retry={() => keys.refetch()} />
      ) : (
        <DataTable<Key>
          label={t.keys.title}
          records={keys.data}
          idOf={({ id }) => id}
          none={t.table.none}
          columns={[
            {
              id: 'name',
              title: t.keys.name,
              width: 200,
              render: (key) => (
                <Group gap={6} wrap="nowrap">
                  <Text size="sm" fw={600} truncate>
                    {key.name}
                  </Text>
                  {isMine(key) && <Badge variant="light">{t.keys.mine}</Badge>}
                </Group>
              ),
            },
            { id: 'client_id', title: t.keys.clientId, width: 300, render: (key) => <ClientId id={key.client_id} /> },
            { id: 'rate', title: t.keys.rate, width: 150, align: 'right', render: (key) => key.reserved_rate_limit || '–' },
            { id: 'used', title: t.keys.used, width: 190, render: (key) => (key.meta.timestamps.last_used_at ? moment(key.meta.timestamps.last_used_at) : t.keys.never) },
            {
              id: 'actions',
              title: t.keys.actions,
              width: 90,
              render: (key) => (
                <Group gap={4} wrap="nowrap">
                  <ActionIcon variant="subtle" aria-label={t.keys.edit(key.name)} onClick={() => setEditing(key)}>
                    <IconPencil size={16} />
                  </ActionIcon>
                  <ActionIcon variant="subtle" color="red" aria-label={t.keys.deleteTitle(key.name)} onClick={() => remove(key)}>
                    <IconTrash size={16} />
                  </ActionIcon>
                </Group>
              ),
            },
          ]}
        />
      )}
      <Modal opened={editing !== undefined} onClose={() => setEditing(undefined)} title={editing === 'new' ? t.keys.newTitle : t.keys.editTitle}>
        <KeyForm
          initial={editing !== 'new' && editing ? editing : undefined}
          onDone={async (key) => {
            setEditing(undefined)
            setMade(key)
            await queries.invalidateQueries({ queryKey: keysKey })
          }}
          onCancel={() => setEditing(undefined)}
        />
      </Modal>
      <Modal opened={made !== undefined} onClose={() => setMade(undefined)} title={t.keys.madeTitle(made?.name ?? '')} size="lg" closeOnClickOutside={false} closeOnEscape={false}>
        <Stack>
          <Alert color="yellow" icon={<IconAlertTriangle />}>
            {t.keys.once}
          </Alert>
          <Code title={t.keys.clientId} value={made?.client_id ?? ''} wrap />
          <Code title={t.keys.secret} value={made?.client_secret ?? ''} wrap />
          <Group justify="flex-end">
            <Button onClick={() => setMade(undefined)}>{t.keys.kept}</Button>
          </Group>
        </Stack>
      </Modal>
    </>
  )
}

/** Calls `onDone` with the key when it is a new one, whose secret is to be shown. */
function KeyForm({ initial, onDone, onCancel }: { initial?: Key; onDone: (made?: Key) => void; onCancel: () => void }) {
  const form = useForm<KeyInput>({ initialValues: { name: initial?.name ?? '', reserved_rate_limit: initial?.reserved_rate_limit ?? 0 } })
  const [problem, setProblem] = useState<string>()
  const [busy, setBusy] = useState(false)
  async function submit(input: KeyInput) {
    setBusy(true)
    setProblem(undefined)
    try {
      if (initial) await updateKey(initial.id, input)
      onDone(initial ? undefined : await createKey(input))
    } catch (error) {
      const { fields, rest } = formErrors(error, ['name', 'reserved_rate_limit'])
      form.setErrors(fields)
      setProblem(rest.join('\n') || undefined)
      setBusy(false)
    }
  }
  return (
    <form onSubmit={form.onSubmit(submit)} noValidate>
      <Stack>
        {problem && (
          <Alert color="red" role="alert">
            {problem}
          </Alert>
        )}
        <TextInput label={t.keys.name} description={t.keys.nameHint} required data-autofocus {...form.getInputProps('name')} />
        <NumberInput label={t.keys.rate} description={t.keys.rateHint} min={0} allowDecimal={false} {...form.getInputProps('reserved_rate_limit')} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            {t.common.cancel}
          </Button>
          <Button type="submit" loading={busy}>
            {initial ? t.common.save : t.keys.create}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

function ClientId({ id }: { id: string }) {
  const { copied, copy } = useCopy(id)
  return (
    <Group gap={6} wrap="nowrap">
      <Text span size="sm" className="mono" truncate>
        {id}
      </Text>
      <ActionIcon variant="subtle" color="gray" aria-label={copied ? t.common.copied : t.keys.copyId} onClick={copy}>
        {copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
      </ActionIcon>
    </Group>
  )
}
