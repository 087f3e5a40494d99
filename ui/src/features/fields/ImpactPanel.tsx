import { Alert, Stack, Text } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { Field, Flow } from '../../api/client'
import { t } from '../../strings.en.ts'
import type { FieldDraft } from './draft'
import { countMatching } from './fields'
import { type Impact, impactsOf } from './impact'

/** How many records do not keep the rules that are about to be saved, as far as that can be counted. */
export function ImpactPanel({ flow, field, before, after }: { flow: Flow; field: Field; before: FieldDraft; after: FieldDraft }) {
  const [impacts] = useDebouncedValue(impactsOf(before, after), 400)
  if (impacts.length === 0) return null
  return (
    <Alert color="yellow" icon={<IconAlertTriangle />} title={t.impact.title} role="status">
      <Stack gap={6}>
        {impacts.map((impact) => (
          <Line key={`${impact.of} ${impact.filter}`} flow={flow} field={field} impact={impact} />
        ))}
        <Text size="sm">{t.impact.stays}</Text>
      </Stack>
    </Alert>
  )
}

function Line({ flow, field, impact: { of, filter } }: { flow: Flow; field: Field; impact: Impact }) {
  const isCountable = filter !== undefined && field.enabled && flow.enabled
  const count = useQuery({ queryKey: ['usage', flow.slug, field.slug, filter], queryFn: () => countMatching(flow.slug, filter), enabled: isCountable, retry: false })
  const text = !isCountable || count.error ? t.impact.uncounted[of] : count.data === undefined ? t.common.loading : t.impact[of](count.data)
  return (
    <Text size="sm" fw={count.data ? 600 : undefined}>
      {text}
    </Text>
  )
}
