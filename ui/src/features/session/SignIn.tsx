import { Alert, Box, Button, Center, Code, Group, Image, Modal, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core'
import { useForm } from '@mantine/form'
import { IconAlertCircle } from '@tabler/icons-react'
import { useState } from 'react'
import { sessionOf } from '../../api/client'
import { Failure, words } from '../../api/errors'
import { beginSession, type Session } from '../../api/session'
import icon from '../../icon.svg'
import { t } from '../../strings.en.ts'

export function SignIn() {
  return (
    <Center component="main" mih="100dvh" p="md">
      <Box w="100%" maw={400}>
        <Group gap="sm" mb="lg" justify="center">
          <Image src={icon} w={36} h={36} alt="" />
          <Title order={1}>{t.session.title}</Title>
        </Group>
        <Paper withBorder p="lg" shadow="sm">
          <Credentials onSession={beginSession} />
        </Paper>
        <Text size="sm" c="dimmed" my="xs" ta="center">
          {t.session.whereFrom}
        </Text>
        <Code block ta="center">
          {t.session.command}
        </Code>
      </Box>
    </Center>
  )
}

export function SignInAgain({ onSession }: { onSession: OnSession }) {
  return (
    <Modal opened onClose={() => {}} withCloseButton={false} title={t.session.expiredTitle}>
      <Text size="sm" mb="md">
        {t.session.expired}
      </Text>
      <Credentials onSession={onSession} />
    </Modal>
  )
}

type OnSession = (session: Session) => Promise<void> | void

function Credentials({ onSession }: { onSession: OnSession }) {
  const [problem, setProblem] = useState<string>()
  const [busy, setBusy] = useState(false)
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { clientId: '', secret: '' },
    validate: {
      clientId: (value) => (value.trim() ? null : t.session.clientIdMissing),
      secret: (value) => (value ? null : t.session.secretMissing),
    },
  })

  async function submit({ clientId, secret }: { clientId: string; secret: string }) {
    setBusy(true)
    setProblem(undefined)
    try {
      await onSession(await sessionOf(clientId.trim(), secret.trim()))
    } catch (error) {
      setProblem(error instanceof Failure && error.status === 401 ? t.session.wrong : words(error))
    } finally {
      setBusy(false)
    }
  }

  return (
    <form onSubmit={form.onSubmit(submit)} noValidate>
      <Stack>
        {problem && (
          <Alert color="red" icon={<IconAlertCircle />} role="alert">
            {problem}
          </Alert>
        )}
        <TextInput label={t.session.clientId} autoComplete="username" autoFocus spellCheck={false} key={form.key('clientId')} {...form.getInputProps('clientId')} />
        <PasswordInput label={t.session.secret} autoComplete="current-password" visibilityToggleButtonProps={{ 'aria-label': t.session.showSecret }} key={form.key('secret')} {...form.getInputProps('secret')} />
        <Button type="submit" loading={busy}>
          {t.session.signIn}
        </Button>
      </Stack>
    </form>
  )
}
