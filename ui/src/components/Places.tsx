/** What stands where a page is not, or not yet. */
import { Alert, Anchor, Button, Center, Loader, Skeleton, Stack, Text, Title } from '@mantine/core'
import { IconAlertCircle } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { words } from '../api/errors'
import { t } from '../strings.en.ts'

export function Loading() {
  return (
    <Center h={240}>
      <Loader aria-label={t.common.loading} />
    </Center>
  )
}

/** The shape of a form that is on its way. */
export function FormSkeleton({ rows = 6 }: { rows?: number }) {
  return (
    <Stack aria-busy="true" aria-label={t.common.loading} role="status">
      {Array.from({ length: rows }, (_, index) => (
        <Stack key={index} gap={6}>
          <Skeleton h={12} w={140} />
          <Skeleton h={36} />
        </Stack>
      ))}
    </Stack>
  )
}

export function Broken({ error }: { error: unknown }) {
  return <Problem error={error} retry={() => window.location.reload()} />
}

export function Problem({ error, retry }: { error: unknown; retry?: () => void }) {
  return (
    <Alert color="red" icon={<IconAlertCircle />} title={t.errors.title} role="alert" maw={720}>
      <Stack gap="sm" align="flex-start">
        <Text size="sm" style={{ whiteSpace: 'pre-line' }}>
          {words(error)}
        </Text>
        {retry && (
          <Button size="xs" variant="default" onClick={retry}>
            {t.common.retry}
          </Button>
        )}
      </Stack>
    </Alert>
  )
}

export function Nowhere() {
  return (
    <Empty order={1} title={t.errors.nowhere} text={t.errors.nowhereText}>
      <Anchor component={Link} to="/">
        {t.errors.home}
      </Anchor>
    </Empty>
  )
}

/** Nothing here yet, why, and what to do about it. */
export function Empty({ title, order = 2, text, icon, children }: { title: string; order?: 1 | 2; text?: string; icon?: ReactNode; children?: ReactNode }) {
  return (
    <Center py={56} px="md">
      <Stack align="center" gap="xs" maw={480}>
        {icon}
        <Title order={order} ta="center">
          {title}
        </Title>
        {text && (
          <Text c="dimmed" ta="center">
            {text}
          </Text>
        )}
        {children}
      </Stack>
    </Center>
  )
}
