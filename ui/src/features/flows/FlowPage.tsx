export function FlowPage() { return <div /> }
