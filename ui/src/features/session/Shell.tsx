import { ActionIcon, AppShell, Burger, Divider, Group, Image, NavLink, ScrollArea, Text, Tooltip, useComputedColorScheme, useMantineColorScheme } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconCode, IconDatabase, IconHome, IconKey, IconLogout, IconMoon, IconSchema, IconSettings, IconSun, IconUsers } from '@tabler/icons-react'
import { Link, Outlet, useRouterState } from '@tanstack/react-router'
import { type ReactNode, useEffect } from 'react'
import { endSession } from '../../api/session'
import { mayLeave } from '../../components/guard'
import icon from '../../icon.svg'
import { t } from '../../strings.en.ts'
import { ownFlows, useFlows } from '../flows/flows'
import { useSettings } from './store'

export function Shell() {
  const [opened, { toggle, close }] = useDisclosure()
  const path = useRouterState({ select: (state) => state.location.pathname })
  useEffect(close, [path, close])
  return (
    <AppShell header={{ height: 56 }} navbar={{ width: 240, breakpoint: 'sm', collapsed: { mobile: !opened } }} padding="md">
      <a className="skip-link" href="#content">
        {t.shell.skip}
      </a>
      <AppShell.Header>
        <Header opened={opened} toggle={toggle} />
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label={t.shell.navigation}>
        <AppShell.Section grow component={ScrollArea}>
          <Navigation path={path} />
        </AppShell.Section>
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1}>
        <Outlet />
      </AppShell.Main>
    </AppShell>
  )
}

function Header({ opened, toggle }: { opened: boolean; toggle: () => void }) {
  const settings = useSettings()
  const { setColorScheme } = useMantineColorScheme()
  const dark = useComputedColorScheme() === 'dark'
  const scheme = dark ? t.shell.light : t.shell.dark
  return (
    <Group h="100%" px="md" justify="space-between" wrap="nowrap">
      <Group gap="sm" wrap="nowrap" style={{ minWidth: 0 }}>
        <Burger opened={opened} onClick={toggle} hiddenFrom="sm" size="sm" aria-label={t.shell.navigation} />
        <Image src={icon} w={28} h={28} alt="" />
        <Text fw={650} truncate>
          {settings.data ? (settings.data.meta.store_name ?? t.shell.store) : t.shell.product}
        </Text>
      </Group>
      <Group gap="xs" wrap="nowrap">
        <Tooltip label={scheme}>
          <ActionIcon variant="default" size="lg" aria-label={scheme} onClick={() => setColorScheme(dark ? 'light' : 'dark')}>
            {dark ? <IconSun size={18} /> : <IconMoon size={18} />}
          </ActionIcon>
        </Tooltip>
        <Tooltip label={t.shell.signOut}>
          <ActionIcon variant="default" size="lg" aria-label={t.shell.signOut} onClick={async () => (await mayLeave()) && endSession(false)}>
            <IconLogout size={18} />
          </ActionIcon>
        </Tooltip>
      </Group>
    </Group>
  )
}

function Navigation({ path }: { path: string }) {
  const flows = useFlows()
  const own = ownFlows(flows.data ?? [])
  return (
    <>
      <Place to="/" label={t.shell.home} icon={<IconHome size={18} />} active={path === '/'} />
      <Place to="/customers" label={t.shell.customers} icon={<IconUsers size={18} />} active={path.startsWith('/customers')} />
      {own.map((flow) => (
        <Place
          key={flow.id}
          to={`/entries/${encodeURIComponent(flow.slug)}`}
          label={flow.name}
          icon={<IconDatabase size={18} />}
          active={path === `/entries/${flow.slug}` || path.startsWith(`/entries/${flow.slug}/`)}
        />
      ))}
      <Divider my="xs" />
      <Place to="/flows" label={t.shell.flows} icon={<IconSchema size={18} />} active={path.startsWith('/flows')} />
      <Place to="/keys" label={t.shell.keys} icon={<IconKey size={18} />} active={path.startsWith('/keys')} />
      <Place to="/settings" label={t.shell.settings} icon={<IconSettings size={18} />} active={path.startsWith('/settings')} />
      <Place to="/api" label={t.shell.api} icon={<IconCode size={18} />} active={path.startsWith('/api')} />
    </>
  )
}

function Place(props: { to: string; label: string; icon: ReactNode; active: boolean }) {
  return <NavLink component={Link} to={props.to} label={props.label} leftSection={props.icon} active={props.active} aria-current={props.active ? 'page' : undefined} variant="light" />
}
