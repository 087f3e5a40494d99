/** Which columns a list has, in which order, and which stay in sight. Their widths are dragged in the table itself. */
import { Button, Checkbox, Group, NativeSelect, Popover, ScrollArea, Text } from '@mantine/core'
import { IconColumns3 } from '@tabler/icons-react'
import { SortableList } from '../../components/Sortable'
import { t } from '../../strings.en.ts'
import { type ColumnChoice, MAX_FROZEN } from './columns'
import { type Attribute, attributesOf } from './resource'

interface Props {
  attributes: Attribute[]
  choice: ColumnChoice
  onChange: (choice: ColumnChoice) => void
  onReset: () => void
}

export function Columns({ attributes, choice, onChange, onReset }: Props) {
  const known = attributesOf(choice.order, attributes)
  // Something has to be left to scroll.
  const freezable = known.filter(({ slug }) => choice.shown.includes(slug)).slice(0, -1).slice(0, MAX_FROZEN)
  return (
    <Popover position="bottom-end" trapFocus withinPortal>
      <Popover.Target>
        <Button variant="default" leftSection={<IconColumns3 size={16} />}>
          {t.columns.title}
        </Button>
      </Popover.Target>
      <Popover.Dropdown w={300} aria-label={t.columns.title}>
        <ScrollArea.Autosize mah={380} type="auto" offsetScrollbars viewportProps={{ className: 'room-for-focus' }}>
          <SortableList items={known} idOf={({ slug }) => slug} labelOf={({ label }) => label} onOrder={(ordered) => onChange({ ...choice, order: ordered.map(({ slug }) => slug) })} gap={4}>
            {({ slug, label }) => (
              <Checkbox
                label={label}
                checked={choice.shown.includes(slug)}
                onChange={(event) => onChange({ ...choice, shown: event.currentTarget.checked ? [...choice.shown, slug] : choice.shown.filter((other) => other !== slug) })}
              />
            )}
          </SortableList>
        </ScrollArea.Autosize>
        <NativeSelect
          mt="sm"
          size="xs"
          label={t.columns.frozen}
          value={Math.min(choice.frozen, freezable.length)}
          onChange={(event) => onChange({ ...choice, frozen: Number(event.currentTarget.value) })}
          data={[{ value: '0', label: t.columns.noneFrozen }, ...freezable.map(({ label }, index) => ({ value: String(index + 1), label: t.columns.upTo(label) }))]}
        />
        <Group justify="space-between" mt="sm">
          <Text size="xs" c="dimmed">
            {t.columns.remembered}
          </Text>
          <Button size="compact-xs" variant="subtle" onClick={onReset}>
            {t.columns.reset}
          </Button>
        </Group>
      </Popover.Dropdown>
    </Popover>
  )
}
