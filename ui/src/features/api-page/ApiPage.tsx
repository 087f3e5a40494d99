import { Anchor, Grid, Select, Stack, Tabs, Text } from '@mantine/core'
import { useState } from 'react'
import { useSession } from '../../api/session'
import { Code } from '../../components/Code'
import { curlToken } from '../../components/curl'
import { PageHeader } from '../../components/PageHeader'
import { FormSkeleton, Problem } from '../../components/Places'
import { t } from '../../strings.en.ts'
import { useFields } from '../fields/fields'
import { isHosted, useFlows } from '../flows/flows'
import { curlSamples, sampleOf, sdkSample, typeSample } from './samples'

export function ApiPage() {
  const flows = useFlows()
  const [slug, setSlug] = useState('customers')
  const isThere = flows.data?.some((flow) => flow.slug === slug) ?? false
  const fields = useFields(slug, isThere)
  const { session } = useSession()
  if (flows.error ?? fields.error) return <Problem error={flows.error ?? fields.error} />
  if (flows.isPending || (isThere && fields.isPending)) return <FormSkeleton />
  const sample = sampleOf(slug, isThere ? (fields.data ?? []) : [])
  const samples = curlSamples(sample)
  const hosted = [
    { value: 'customers', label: t.customers.title },
    { value: 'addresses', label: t.addresses.title },
  ]
  const resources = [...hosted, ...flows.data.filter((flow) => !isHosted(flow.slug)).map((flow) => ({ value: flow.slug, label: flow.name }))]
  const name = slug.charAt(0).toUpperCase() + slug.slice(1).replace(/[-_]+(\w?)/g, (_, letter: string) => letter.toUpperCase())
  return (
    <>
      <PageHeader title={t.api.title} text={t.api.about} />
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 8 }}>
          <Select label={t.api.resource} data={resources} value={slug} onChange={(value) => setSlug(value ?? 'customers')} allowDeselect={false} maw={320} mb="md" />
          <Tabs defaultValue="curl" keepMounted={false}>
            <Tabs.List mb="md">
              <Tabs.Tab value="curl">curl</Tabs.Tab>
              <Tabs.Tab value="sdk">{t.api.sdk}</Tabs.Tab>
              <Tabs.Tab value="types">TypeScript</Tabs.Tab>
            </Tabs.List>
            <Tabs.Panel value="curl">
              <Stack>
                <Code title={t.api.token} value={curlToken(undefined, session?.clientId)} />
                <Code title={t.api.create} value={samples.create} />
                <Code title={t.api.list} value={samples.list} />
                <Code title={t.api.update} value={samples.update} />
              </Stack>
            </Tabs.Panel>
            <Tabs.Panel value="sdk">
              <Stack>
                <Text size="sm">{t.api.sdkHint}</Text>
                <Code title={t.api.sdk} value={sdkSample(sample, slug, new URL(window.location.origin), session?.clientId ?? '')} />
              </Stack>
            </Tabs.Panel>
            <Tabs.Panel value="types">
              <Stack>
                <Text size="sm">{t.api.typesHint}</Text>
                <Code title={t.api.types} value={typeSample(name, sample.fields)} />
              </Stack>
            </Tabs.Panel>
          </Tabs>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Stack gap="xs">
            <Text fw={600}>{t.api.more}</Text>
            <Anchor href="/docs/" size="sm">
              {t.api.reference}
            </Anchor>
            <Anchor href="/openapi.json" size="sm">
              {t.api.openapi}
            </Anchor>
          </Stack>
        </Grid.Col>
      </Grid>
    </>
  )
}
