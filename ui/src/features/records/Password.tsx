import { Alert, Badge, Button, Group, Paper, PasswordInput, Stack, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { words } from '../../api/errors'
import { confirmLoss } from '../../components/confirm'
import { done } from '../../components/notes'
import { t } from '../../strings.en.ts'
import { customers, type RecordData, recordKey } from './resource'

/** Sets or removes the password that a customer signs in with. It is written on top of whatever state there is. */
export function Password({ record }: { record: RecordData }) {
  const has = record.password === true
  const queries = useQueryClient()
  const [typed, setTyped] = useState('')
  const [problem, setProblem] = useState<string>()
  const [busy, setBusy] = useState(false)

  async function write(password: string | null) {
    queries.setQueryData(recordKey(customers, record.id), await customers.update(record.id, { password }, '*'))
    setTyped('')
  }

  async function set() {
    setBusy(true)
    setProblem(undefined)
    try {
      await write(typed)
      done(t.password.changed)
    } catch (error) {
      setProblem(words(error))
    }
    setBusy(false)
  }

  const remove = () =>
    confirmLoss({
      title: t.password.removeTitle,
      text: t.password.removeText,
      confirm: t.password.remove,
      act: async () => {
        await write(null)
        done(t.password.removed)
      },
    })

  return (
    <Paper withBorder p="md" maw={560}>
      <Stack>
        <Group gap="sm">
          <Badge variant="light" color={has ? 'teal' : 'gray'} c="var(--mantine-color-text)">
            {has ? t.password.has : t.password.hasNone}
          </Badge>
        </Group>
        <Text size="sm">{t.password.about}</Text>
        {problem && (
          <Alert color="red" role="alert">
            {problem}
          </Alert>
        )}
        <form
          onSubmit={(event) => {
            event.preventDefault()
            void set()
          }}
        >
          <Group align="flex-end">
            <PasswordInput style={{ flex: '1 1 220px' }} label={t.password.new} autoComplete="new-password" visibilityToggleButtonProps={{ 'aria-label': t.session.showSecret }} value={typed} onChange={(event) => setTyped(event.currentTarget.value)} />
            <Button type="submit" loading={busy} disabled={typed === ''}>
              {has ? t.password.change : t.password.set}
            </Button>
          </Group>
        </form>
        {has && (
          <Group>
            <Button color="red" variant="light" onClick={remove}>
              {t.password.remove}
            </Button>
          </Group>
        )}
      </Stack>
    </Paper>
  )
}
