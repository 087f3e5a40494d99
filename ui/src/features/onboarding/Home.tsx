/** The start page: what the store has, and in an empty one the three steps to a first field. */
import { Button, Card, Group, Paper, SimpleGrid, Skeleton, Stack, Text, ThemeIcon, Title } from '@mantine/core'
import { useDisclosure, useLocalStorage } from '@mantine/hooks'
import { IconCheck, IconPackage } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { done, failed } from '../../components/notes'
import { PageHeader } from '../../components/PageHeader'
import { Problem } from '../../components/Places'
import { t } from '../../strings.en.ts'
import { useFields } from '../fields/fields'
import { CreateFlow } from '../flows/CreateFlow'
import { ownFlows, useFlows } from '../flows/flows'
import { customers } from '../records/resource'
import { useSettings } from '../session/store'
import { loadSampleShop } from './sample'

export function Home() {
  const settings = useSettings()
  const flows = useFlows()
  const count = useQuery({ queryKey: ['records', customers.path, 'count'], queryFn: async () => (await customers.list({ 'page[limit]': 1 })).meta.results.total })
  const extended = flows.data?.some(({ slug }) => slug === 'customers') ?? false
  const fields = useFields('customers', extended)
  const [creating, { open, close }] = useDisclosure()
  if (flows.error ?? count.error) return <Problem error={flows.error ?? count.error} retry={() => void flows.refetch()} />
  const isKnown = flows.data && count.data !== undefined && !(extended && fields.isPending)
  const fieldCount = extended ? (fields.data?.length ?? 0) : 0
  const steps = [extended, fieldCount > 0, (count.data ?? 0) > 0]
  const look = (step: number) => (step === steps.indexOf(false) ? 'filled' : 'default')
  const begun = isKnown && !steps.includes(false)
  return (
    <>
      <PageHeader title={settings.data?.meta.store_name ?? t.shell.home} />
      <Stack maw={960}>
        {!isKnown && <Skeleton h={180} radius="md" />}
        {isKnown && !begun && (
          <Paper withBorder p="lg">
            <Title order={2} mb={4}>
              {t.home.begin}
            </Title>
            <Text size="sm" c="dimmed" mb="md">
              {t.home.beginText}
            </Text>
            <Stack gap="sm">
              <Step number={1} done={steps[0]} title={t.home.steps.flow} text={t.home.steps.flowText}>
                <Button size="xs" variant={look(0)} onClick={open}>
                  {t.flows.create}
                </Button>
              </Step>
              <Step number={2} done={steps[1]} title={t.home.steps.field} text={t.home.steps.fieldText}>
                {extended && (
                  <Button size="xs" variant={look(1)} component={Link} to="/flows/customers/fields/new">
                    {t.fields.add}
                  </Button>
                )}
              </Step>
              <Step number={3} done={steps[2]} title={t.home.steps.customer} text={t.home.steps.customerText}>
                <Button size="xs" variant={look(2)} component={Link} to="/customers/new">
                  {t.customers.new}
                </Button>
              </Step>
            </Stack>
          </Paper>
        )}
        {isKnown && settings.data && <SampleShop store={settings.data.data.id} isEmpty={flows.data.length === 0 && count.data === 0} />}
        {isKnown && (
          <SimpleGrid cols={{ base: 1, xs: 3 }}>
            <Figure label={t.customers.title} value={count.data ?? 0} to="/customers" />
            <Figure label={t.home.customerFields} value={fieldCount} to={extended ? '/flows/customers' : '/flows'} />
            <Figure label={t.home.ownFlows} value={ownFlows(flows.data).length} to="/flows" />
          </SimpleGrid>
        )}
      </Stack>
      <CreateFlow opened={creating} close={close} flows={flows.data ?? []} begin="customers" />
    </>
  )
}

function Step(props: { number: number; done?: boolean; title: string; text: string; children: ReactNode }) {
  return (
    <Group wrap="nowrap" align="flex-start">
      <ThemeIcon radius="xl" variant={props.done ? 'filled' : 'light'} color={props.done ? 'teal' : 'cyan'} role="img" aria-label={props.done ? t.home.done : t.home.step(props.number)}>
        {props.done ? <IconCheck size={16} aria-hidden /> : props.number}
      </ThemeIcon>
      <Group justify="space-between" style={{ flex: 1 }}>
        <div style={{ flex: '1 1 240px' }}>
          <Text fw={600}>{props.title}</Text>
          <Text size="sm" c="dimmed">
            {props.text}
          </Text>
        </div>
        {!props.done && props.children}
      </Group>
    </Group>
  )
}

/** Offered to a store in which there is nothing, and until all of it is there to one in which it was begun. */
function SampleShop({ store, isEmpty }: { store: string; isEmpty: boolean }) {
  const [isBegun, setBegun] = useLocalStorage({ key: `customary.sample.${store}`, defaultValue: false, getInitialValueInEffect: false })
  const queries = useQueryClient()
  const load = useMutation({
    mutationFn: () => {
      setBegun(true)
      return loadSampleShop()
    },
    onSuccess: () => {
      setBegun(false)
      done(t.home.sampleLoaded)
    },
    onError: failed,
    onSettled: () => queries.invalidateQueries(),
  })
  if (!isEmpty && !isBegun) return null
  return (
    <Paper withBorder p="lg">
      <Group justify="space-between">
        <Group wrap="nowrap" style={{ flex: '1 1 320px' }}>
          <ThemeIcon size="xl" variant="light">
            <IconPackage size={22} aria-hidden />
          </ThemeIcon>
          <div>
            <Title order={2}>{isEmpty ? t.home.sample : t.home.sampleBegun}</Title>
            <Text size="sm" c="dimmed">
              {isEmpty ? t.home.sampleText : t.home.sampleBegunText}
            </Text>
          </div>
        </Group>
        <Button variant="default" loading={load.isPending} onClick={() => load.mutate()}>
          {isEmpty ? t.home.loadSample : t.home.completeSample}
        </Button>
      </Group>
    </Paper>
  )
}

function Figure({ label, value, to }: { label: string; value: number; to: string }) {
  return (
    <Card component={Link} to={to} withBorder padding="md" className="type-card">
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      <Text fz={28} fw={650}>
        {t.common.count(value)}
      </Text>
    </Card>
  )
}
