export function KeysPage() { return <div /> }
