export function ApiPage() { return <div /> }
