import { Anchor, Breadcrumbs, Group, Stack, Text, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useEffect } from 'react'
import { t } from '../strings.en.ts'

export interface Crumb {
  label: string
  to: string
}

/** The title of a page, the way to it, and what can be done there. */
export function PageHeader(props: { title: string; crumbs?: Crumb[]; badges?: ReactNode; text?: string; actions?: ReactNode }) {
  const { title, crumbs = [], badges, text, actions } = props
  useEffect(() => {
    document.title = `${title} · ${t.shell.product}`
  }, [title])
  return (
    <Stack gap={4} mb="lg">
      {crumbs.length > 0 && (
        <Breadcrumbs separatorMargin={6} fz="sm" component="nav" aria-label={t.shell.breadcrumbs}>
          {crumbs.map((crumb) => (
            <Anchor key={crumb.to} component={Link} to={crumb.to} size="sm">
              {crumb.label}
            </Anchor>
          ))}
        </Breadcrumbs>
      )}
      <Group justify="space-between" align="flex-start" gap="sm">
        <div style={{ flex: '1 1 240px', minWidth: 0 }}>
          <Group gap="sm">
            <Title order={1} style={{ overflowWrap: 'anywhere' }}>
              {title}
            </Title>
            {badges}
          </Group>
          {text && (
            <Text c="dimmed" size="sm" maw={720} mt={4}>
              {text}
            </Text>
          )}
        </div>
        {actions && <Group gap="xs">{actions}</Group>}
      </Group>
    </Stack>
  )
}
