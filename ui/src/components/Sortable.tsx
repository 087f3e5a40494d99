/** A list whose items are put in order by drag or by keyboard. */
import { closestCenter, DndContext, type DragEndEvent, KeyboardSensor, PointerSensor, useSensor, useSensors } from '@dnd-kit/core'
import { arrayMove, SortableContext, sortableKeyboardCoordinates, useSortable, verticalListSortingStrategy } from '@dnd-kit/sortable'
import { CSS } from '@dnd-kit/utilities'
import { ActionIcon, Group, Stack } from '@mantine/core'
import { IconGripVertical } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { t } from '../strings.en.ts'

interface Props<T> {
  items: T[]
  idOf: (item: T) => string
  labelOf: (item: T) => string
  onOrder: (items: T[]) => void
  children: (item: T) => ReactNode
  gap?: string | number
}

export function SortableList<T>({ items, idOf, labelOf, onOrder, children, gap = 'xs' }: Props<T>) {
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 4 } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
  )
  const ids = items.map(idOf)
  const label = (id: unknown) => labelOf(items[ids.indexOf(String(id))] as T)
  const place = (id: unknown) => t.sortable.place(ids.indexOf(String(id)) + 1, ids.length)

  function drop({ active, over }: DragEndEvent) {
    if (over && active.id !== over.id) onOrder(arrayMove(items, ids.indexOf(String(active.id)), ids.indexOf(String(over.id))))
  }

  return (
    <DndContext
      sensors={sensors}
      collisionDetection={closestCenter}
      onDragEnd={drop}
      accessibility={{
        screenReaderInstructions: { draggable: t.sortable.instructions },
        announcements: {
          onDragStart: ({ active }) => t.sortable.lifted(label(active.id)),
          onDragOver: ({ active, over }) => (over ? t.sortable.moved(label(active.id), place(over.id)) : undefined),
          onDragEnd: ({ active, over }) => (over ? t.sortable.dropped(label(active.id), place(over.id)) : undefined),
          onDragCancel: ({ active }) => t.sortable.cancelled(label(active.id)),
        },
      }}
    >
      <SortableContext items={ids} strategy={verticalListSortingStrategy}>
        <Stack gap={gap} component="ul" p={0} m={0} style={{ listStyle: 'none' }}>
          {items.map((item) => (
            <Row key={idOf(item)} id={idOf(item)} label={labelOf(item)}>
              {children(item)}
            </Row>
          ))}
        </Stack>
      </SortableContext>
    </DndContext>
  )
}

function Row({ id, label, children }: { id: string; label: string; children: ReactNode }) {
  const { attributes, listeners, setNodeRef, setActivatorNodeRef, transform, transition, isDragging } = useSortable({ id })
  return (
    <li ref={setNodeRef} className={isDragging ? 'row-dragged' : undefined} style={{ transform: CSS.Translate.toString(transform), transition, position: 'relative' }}>
      <Group gap="xs" wrap="nowrap">
        <ActionIcon ref={setActivatorNodeRef} variant="subtle" color="gray" aria-label={t.sortable.move(label)} style={{ cursor: 'grab', touchAction: 'none' }} {...attributes} {...listeners}>
          <IconGripVertical size={16} />
        </ActionIcon>
        <div style={{ flex: 1, minWidth: 0 }}>{children}</div>
      </Group>
    </li>
  )
}
