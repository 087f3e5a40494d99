/** Says that a list looks through all records for want of an index, and offers to build it. */
import { Alert, Button, Group, Text } from '@mantine/core'
import { IconBolt } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { failed } from '../../components/notes'
import { t } from '../../strings.en.ts'
import { fieldsKey, updateField } from '../fields/fields'
import { fieldsOf } from './filter'
import type { Attribute, Resource } from './resource'
import type { ListSearch } from './search'

export function SlowWarning({ resource, attributes, search, hints }: { resource: Resource; attributes: Attribute[]; search: ListSearch; hints: string[] }) {
  const queries = useQueryClient()
  const used = new Set([...(search.filter ? fieldsOf(search.filter) : []), ...(search.sort ? [search.sort.replace(/^-/, '')] : [])])
  const fields = attributes.filter(({ slug, field, kind }) => used.has(slug) && field && kind !== 'relationship').map(({ field }) => field)
  const slow = fields.filter((field) => field && !field.filterable)
  // Nobody needs to be told that a text is looked for in every name.
  const isAboutFields = attributes.some(({ slug, field }) => used.has(slug) && field)
  const building = fields.find((field) => field?.index_state === 'building')
  const build = useMutation({
    mutationFn: async () => {
      for (const field of slow) if (field) await updateField(field.id, { filterable: true }, '*')
    },
    onError: failed,
    onSettled: () => queries.invalidateQueries({ queryKey: fieldsKey(resource.flow) }),
  })
  if (building) return <Alert color="cyan" icon={<IconBolt />}>{t.list.building(building.name, building.index_progress ?? 0)}</Alert>
  if (slow.length === 0 && (hints.length === 0 || !isAboutFields)) return null
  return (
    <Alert color="yellow" icon={<IconBolt />} title={t.list.slowTitle} role="status">
      <Group justify="space-between" gap="sm">
        <Text size="sm">{slow.length > 0 ? t.list.slow(slow.map((field) => field?.name ?? '').join(', ')) : t.list.slowAnyway}</Text>
        {slow.length > 0 && (
          <Button size="xs" leftSection={<IconBolt size={14} />} loading={build.isPending} onClick={() => build.mutate()}>
            {t.list.makeFast}
          </Button>
        )}
      </Group>
    </Alert>
  )
}
