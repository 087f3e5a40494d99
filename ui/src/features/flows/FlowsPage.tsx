export function FlowsPage() { return <div /> }
