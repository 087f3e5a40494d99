export function CustomersPage() { return <div /> }
export function NewCustomerPage() { return <div /> }
export function CustomerPage() { return <div /> }
export function NewAddressPage() { return <div /> }
export function AddressPage() { return <div /> }
export function EntriesPage() { return <div /> }
export function NewEntryPage() { return <div /> }
export function EntryPage() { return <div /> }
