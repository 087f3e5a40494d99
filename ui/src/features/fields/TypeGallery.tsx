import { Card, SimpleGrid, Text, ThemeIcon } from '@mantine/core'
import { IconAbc, IconCalendar, IconDecimal, IconLink, IconNumber123, IconToggleLeft } from '@tabler/icons-react'
import { t } from '../../strings.en.ts'
import { FIELD_TYPES, type FieldType } from './rules'

export const TYPE_ICONS = { string: IconAbc, integer: IconNumber123, float: IconDecimal, boolean: IconToggleLeft, date: IconCalendar, relationship: IconLink }

/** The first question of a new field: what its values are. */
export function TypeGallery({ onChoose }: { onChoose: (type: FieldType) => void }) {
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} maw={960}>
      {FIELD_TYPES.map((type) => {
        const Icon = TYPE_ICONS[type]
        const { name, about, example } = t.fields.types[type]
        return (
          <Card key={type} withBorder padding="md" className="type-card" component="button" type="button" onClick={() => onChoose(type)}>
            <ThemeIcon variant="light" size="lg" mb="sm">
              <Icon size={20} />
            </ThemeIcon>
            <Text fw={600}>{name}</Text>
            <Text size="sm" c="dimmed">
              {about}
            </Text>
            <Text size="xs" mt={6} className="mono" c="dimmed">
              {example}
            </Text>
          </Card>
        )
      })}
    </SimpleGrid>
  )
}
