/** The places of records: customers, their addresses, and the entries of each flow of the shop's own. */
import { Button } from '@mantine/core'
import { IconForms } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { type ReactNode, useMemo } from 'react'
import { PageHeader } from '../../components/PageHeader'
import { FormSkeleton, Nowhere, Problem } from '../../components/Places'
import { t } from '../../strings.en.ts'
import { useFields } from '../fields/fields'
import { useFlow } from '../flows/flows'
import { useSettings } from '../session/store'
import { ListWithin } from './ListWithin'
import { Password } from './Password'
import { RecordList } from './RecordList'
import { NewRecord, RecordPage } from './RecordPage'
import { useRelatedParts } from './Related'
import { addresses, customers, entries, type Resource } from './resource'
import { useAttributes } from './schema'
import type { ListSearch, NewSearch } from './search'

const CUSTOMERS = [{ label: t.customers.title, to: '/customers' }]
const customerPlace = (id: string) => `/customers/${id}`

export function CustomersPage() {
  return (
    <ListPage
      resource={customers}
      emptyText={t.customers.empty}
      placeOf={({ id }) => customerPlace(id)}
      newPlace="/customers/new"
    />
  )
}

export function NewCustomerPage() {
  const { refer } = useSearch({ strict: false }) as NewSearch
  return <NewRecord resource={customers} begin={refer} crumbs={CUSTOMERS} placeOf={({ id }) => ({ to: customerPlace(id) })} back={{ to: '/customers' }} />
}

export function CustomerPage() {
  const { id } = useParams({ strict: false }) as { id: string }
  const settings = useSettings()
  const owned = useAddresses(id)
  const related = useRelatedParts(customers, id)
  const count = useQuery({ queryKey: ['records', owned.path, 'count'], queryFn: async () => (await owned.list({ 'page[limit]': 1 })).meta.results.total })
  if (settings.isPending) return <FormSkeleton />
  const addressesPlace = `${customerPlace(id)}/addresses`
  return (
    <RecordPage
      key={id}
      resource={customers}
      id={id}
      crumbs={CUSTOMERS}
      back={{ to: '/customers' }}
      parts={[
        { value: 'addresses', label: t.addresses.title, count: count.data, render: () => <ListWithin resource={owned} place={addressesPlace} newPlace={{ to: `${addressesPlace}/new` }} emptyText={t.addresses.empty} /> },
        ...related,
        { value: 'password', label: t.password.title, render: ({ record }) => <Password record={record} /> },
      ]}
    />
  )
}

function useAddresses(customer: string): Resource {
  const settings = useSettings()
  const mandatory = settings.data?.data.address_mandatory_fields
  return useMemo(() => addresses(customer, mandatory ?? []), [customer, mandatory])
}

/** The way back to a customer, with the name. */
function useCustomerCrumbs(customer: string) {
  const owner = useQuery({ queryKey: ['records', 'owner', customer], queryFn: () => customers.read(customer) })
  const label = owner.data ? customers.labelOf(owner.data.record) : t.customers.singular
  return [...CUSTOMERS, { label, to: customerPlace(customer) }]
}

export function NewAddressPage() {
  const { id } = useParams({ strict: false }) as { id: string }
  const resource = useAddresses(id)
  const crumbs = useCustomerCrumbs(id)
  const settings = useSettings()
  const back = { to: customerPlace(id), tab: 'addresses' }
  if (settings.isPending) return <FormSkeleton />
  return <NewRecord resource={resource} crumbs={crumbs} placeOf={() => back} back={back} />
}

export function AddressPage() {
  const { id, address } = useParams({ strict: false }) as { id: string; address: string }
  const resource = useAddresses(id)
  const crumbs = useCustomerCrumbs(id)
  const settings = useSettings()
  if (settings.isPending) return <FormSkeleton />
  return <RecordPage key={address} resource={resource} id={address} crumbs={crumbs} back={{ to: customerPlace(id), tab: 'addresses' }} />
}

/** The resource of the flow that the address names, once it is known. */
function OfFlow({ children }: { children: (resource: Resource, place: string) => ReactNode }) {
  const { flow: slug } = useParams({ strict: false }) as { flow: string }
  const { flow, isPending, error } = useFlow(slug)
  const fields = useFields(slug)
  const resource = useMemo(() => (flow && fields.data ? entries(flow, fields.data) : undefined), [flow, fields.data])
  if (isPending || (flow && fields.isPending)) return <FormSkeleton />
  if (error || (flow && !fields.data && fields.error)) return <Problem error={error ?? fields.error} />
  if (!resource) return <Nowhere />
  return children(resource, `/entries/${encodeURIComponent(slug)}`)
}

export function EntriesPage() {
  return (
    <OfFlow>
      {(resource, place) => (
        <ListPage key={resource.name} resource={resource} emptyText={t.entries.empty} placeOf={({ id }) => `${place}/${encodeURIComponent(id)}`} newPlace={`${place}/new`} />
      )}
    </OfFlow>
  )
}

export function NewEntryPage() {
  const { refer } = useSearch({ strict: false }) as NewSearch
  return (
    <OfFlow>
      {(resource, place) => <NewRecord resource={resource} begin={refer} crumbs={[{ label: resource.title, to: place }]} placeOf={({ id }) => ({ to: `${place}/${encodeURIComponent(id)}` })} back={{ to: place }} />}
    </OfFlow>
  )
}

export function EntryPage() {
  const { id } = useParams({ strict: false }) as { id: string }
  return <OfFlow>{(resource, place) => <Entry key={id} resource={resource} place={place} id={id} />}</OfFlow>
}

function Entry({ resource, place, id }: { resource: Resource; place: string; id: string }) {
  const related = useRelatedParts(resource, id)
  return <RecordPage resource={resource} id={id} crumbs={[{ label: resource.title, to: place }]} back={{ to: place }} parts={related} />
}

interface ListPageProps {
  resource: Resource
  emptyText: string
  placeOf: Parameters<typeof RecordList>[0]['placeOf']
  newPlace: string
}

function ListPage({ resource, emptyText, placeOf, newPlace }: ListPageProps) {
  const { attributes, isPending, error } = useAttributes(resource)
  const search = useSearch({ strict: false }) as ListSearch
  const navigate = useNavigate()
  if (isPending) return <FormSkeleton />
  if (error) return <Problem error={error} />
  const flowPlace = `/flows/${encodeURIComponent(resource.flow)}`
  return (
    <RecordList
      resource={resource}
      attributes={attributes}
      search={search}
      onSearch={(search) => navigate({ to: '.', search: search as never, replace: true })}
      placeOf={placeOf}
      newPlace={{ to: newPlace }}
      emptyText={emptyText}
      header={(total) => (
        <PageHeader
          title={resource.title}
          text={resource.about}
          badges={total}
          actions={
            <>
              {(attributes.some(({ field }) => field) || resource !== customers) && (
                <Button component={Link} to={flowPlace} variant="default" leftSection={<IconForms size={16} />}>
                  {t.list.fields}
                </Button>
              )}
              <Button component={Link} to={newPlace}>
                {resource.newTitle}
              </Button>
            </>
          }
        />
      )}
    />
  )
}
