/** Chooses one of the views of a list, and keeps what the list shows as one. */
import { Badge, Button, Group, Menu, Stack, TextInput } from '@mantine/core'
import { modals } from '@mantine/modals'
import { IconDeviceFloppy, IconPencil, IconPlus, IconRestore, IconStack2, IconStar, IconStarOff, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { confirmLoss } from '../../components/confirm'
import { done } from '../../components/notes'
import { t } from '../../strings.en.ts'
import type { Views } from './useViews'
import { NO_VIEW, type View } from './views'

const ICON = { size: 16, 'aria-hidden': true } as const

export function ViewsMenu({ state }: { state: Views }) {
  const { views, active, isChanged, show } = state
  return (
    <Menu position="bottom-end" width={280} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <Button variant="default" leftSection={<IconStack2 size={16} />} maw="100%">
          {active ? t.views.current(active.name) : t.views.title}
          {isChanged && (
            <Badge ml="xs" size="sm" variant="light" color="yellow" c="var(--mantine-color-text)">
              {t.views.changed}
            </Badge>
          )}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{views.length > 0 ? t.views.kept : t.views.empty}</Menu.Label>
        {views.length > 0 && (
          <Menu.RadioGroup value={active?.id ?? NO_VIEW} onChange={(id) => show(views.find((view) => view.id === id))}>
            <Menu.RadioItem value={NO_VIEW} closeMenuOnClick>
              {t.views.none}
            </Menu.RadioItem>
            {views.map((view) => (
              <Menu.RadioItem key={view.id} value={view.id} closeMenuOnClick rightSection={view.isDefault && <Badge size="xs" variant="default">{t.views.default}</Badge>}>
                {view.name}
              </Menu.RadioItem>
            ))}
          </Menu.RadioGroup>
        )}
        <Menu.Divider />
        {active && isChanged && (
          <>
            <Menu.Item leftSection={<IconDeviceFloppy {...ICON} />} onClick={() => { state.save(active); done(t.views.saved(active.name)) }}>
              {t.views.save}
            </Menu.Item>
            <Menu.Item leftSection={<IconRestore {...ICON} />} onClick={() => show(active)}>
              {t.views.discard}
            </Menu.Item>
          </>
        )}
        <Menu.Item leftSection={<IconPlus {...ICON} />} onClick={() => askName(t.views.add, '', views, (name) => { state.add(name); done(t.views.saved(name)) })}>
          {t.views.add}
        </Menu.Item>
        {active && <ActiveView view={active} state={state} />}
      </Menu.Dropdown>
    </Menu>
  )
}

function ActiveView({ view, state }: { view: View; state: Views }) {
  const remove = () =>
    confirmLoss({
      title: t.views.deleteTitle(view.name),
      text: t.views.deleteText,
      confirm: t.views.delete,
      act: async () => {
        state.remove(view)
        done(t.views.deleted(view.name))
      },
    })
  return (
    <>
      <Menu.Item leftSection={<IconPencil {...ICON} />} onClick={() => askName(t.views.rename, view.name, state.views.filter((other) => other !== view), (name) => state.rename(view, name))}>
        {t.views.rename}
      </Menu.Item>
      <Menu.Item leftSection={view.isDefault ? <IconStarOff {...ICON} /> : <IconStar {...ICON} />} onClick={() => state.setDefault(view.isDefault ? undefined : view)}>
        {view.isDefault ? t.views.unsetDefault : t.views.setDefault}
      </Menu.Item>
      <Menu.Item leftSection={<IconTrash {...ICON} />} c="var(--mantine-color-error)" onClick={remove}>
        {t.views.delete}
      </Menu.Item>
    </>
  )
}

function askName(title: string, name: string, others: View[], onName: (name: string) => void) {
  const id = modals.open({
    title,
    children: (
      <NameForm
        name={name}
        others={others}
        onCancel={() => modals.close(id)}
        onName={(name) => {
          modals.close(id)
          onName(name)
        }}
      />
    ),
  })
}

function NameForm({ name, others, onName, onCancel }: { name: string; others: View[]; onName: (name: string) => void; onCancel: () => void }) {
  const [typed, setTyped] = useState(name)
  const [problem, setProblem] = useState<string>()
  function submit() {
    const wanted = typed.trim()
    if (!wanted) setProblem(t.views.nameMissing)
    else if (others.some((other) => other.name === wanted)) setProblem(t.views.nameTaken)
    else onName(wanted)
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <Stack>
        <TextInput label={t.views.name} description={t.views.nameHint} value={typed} onChange={(event) => setTyped(event.currentTarget.value)} error={problem} maxLength={60} data-autofocus />
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            {t.common.cancel}
          </Button>
          <Button type="submit">{t.common.save}</Button>
        </Group>
      </Stack>
    </form>
  )
}
