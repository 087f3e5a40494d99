/** What can be done with the records that are selected in a list. */
import { Button, Group, Paper, Text } from '@mantine/core'
import { IconEdit, IconTrash } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { confirmLoss } from '../../components/confirm'
import { done } from '../../components/notes'
import { t } from '../../strings.en.ts'
import { removeAll, removeEach } from './remove'
import type { RecordData, Resource } from './resource'

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
  /** Whether what is shown is about to be replaced. */
  isStale: boolean
  onAll: () => void
  onEdit: () => void
  onDone: () => void
}

export function Selection({ resource, filter, selected, shown, total, isAll, isStale, onAll, onEdit, onDone }: Props) {
  const queries = useQueryClient()
  const count = isAll ? total : selected.length

  function ask() {
    // Kept while the question stands, so that who tries again goes on.
    const gone = new Set<string>()
    async function remove(tell: (text: string) => void, signal: AbortSignal) {
      const step = (deleted: number) => tell(t.list.deleting(deleted, count))
      try {
        if (isAll) await removeAll(resource, { filter }, gone, signal, step)
        else await removeEach(resource, selected.map(({ id }) => id), gone, signal, step)
        done(t.list.deleted(gone.size))
      } finally {
        if (gone.size > 0) onDone()
        await queries.invalidateQueries({ queryKey: ['records'] })
      }
    }
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
  }

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
          <Button size="xs" variant="default" leftSection={<IconEdit size={14} />} disabled={isStale} onClick={onEdit}>
            {t.bulk.open}
          </Button>
          <Button size="xs" color="red" variant="light" leftSection={<IconTrash size={14} />} disabled={isStale} onClick={ask}>
            {t.list.deleteSelected(count)}
          </Button>
        </Group>
      </Group>
    </Paper>
  )
}
