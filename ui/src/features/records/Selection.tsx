/** What can be done with the records that are selected in a list. */
import { Button, Group, Paper, Text } from '@mantine/core'
import { IconEdit, IconTrash } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { confirmLoss } from '../../components/confirm'
import { done } from '../../components/notes'
import { t } from '../../strings.en.ts'
import type { RecordData, Resource } from './resource'

/** How many records are deleted at the same time. */
const AT_ONCE = 4

interface Props {
  resource: Resource
  /** What all records of the list match. */
  filter: string | undefined
  selected: RecordData[]
  /** How many records the page shows, and the list has. */
  shown: number
  total: number
  /** Whether all of the list are selected, and not only those of the page. */
  isAll: boolean
  onAll: () => void
  onEdit: () => void
  onDone: () => void
}

export function Selection({ resource, filter, selected, shown, total, isAll, onAll, onEdit, onDone }: Props) {
  const queries = useQueryClient()
  const count = isAll ? total : selected.length

  async function remove(tell: (text: string) => void) {
    let deleted = 0
    const removeEach = async (records: RecordData[]) => {
      const left = [...records]
      const work = async () => {
        for (let record = left.shift(); record; record = left.shift()) {
          await resource.remove(record.id)
          tell(t.list.deleting(++deleted, count))
        }
      }
      await Promise.all(Array.from({ length: AT_ONCE }, work))
    }
    const matching = async () => (await resource.list({ filter, 'page[limit]': 100 })).data
    try {
      if (isAll) for (let page = await matching(); page.length > 0; page = await matching()) await removeEach(page)
      else await removeEach(selected)
      done(t.list.deleted(deleted))
      onDone()
    } finally {
      await queries.invalidateQueries({ queryKey: ['records'] })
    }
  }

  const ask = () =>
    confirmLoss({
      title: t.list.deleteTitle(count),
      text: (
        <>
          <Text size="sm" mb="xs">
            {t.list.deleteText}
          </Text>
          {!isAll && (
            <Text size="sm" c="dimmed" lineClamp={4}>
              {selected.map(resource.labelOf).join(', ')}
            </Text>
          )}
        </>
      ),
      confirm: t.list.deleteSelected(count),
      typed: isAll ? String(total) : undefined,
      act: remove,
    })

  return (
    <Paper withBorder p="xs" px="sm">
      <Group justify="space-between">
        <Group gap="xs">
          <Text size="sm" aria-live="polite">
            {t.list.selected(count)}
          </Text>
          {!isAll && selected.length === shown && total > shown && (
            <Button size="xs" variant="subtle" onClick={onAll}>
              {t.list.selectEverything(total)}
            </Button>
          )}
        </Group>
        <Group gap="xs">
          <Button size="xs" variant="default" onClick={onDone}>
            {t.list.unselect}
          </Button>
          <Button size="xs" variant="default" leftSection={<IconEdit size={14} />} onClick={onEdit}>
            {t.bulk.open}
          </Button>
          <Button size="xs" color="red" variant="light" leftSection={<IconTrash size={14} />} onClick={ask}>
            {t.list.deleteSelected(count)}
          </Button>
        </Group>
      </Group>
    </Paper>
  )
}
